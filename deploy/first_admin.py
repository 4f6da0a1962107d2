"""Makes the first administrator of a deployment, who makes the others with admin-set-claims.

They sign in to the app once, so that there is an account; then somebody with the project's credentials runs:

    GOOGLE_CLOUD_PROJECT=my-project python -m deploy.first_admin ana@example.com

Against the local cloud, set the variables that `make run` prints.
"""

import argparse
import sys

from shared import bootstrap
from shared.runtime.errors import TravvyError


def main(arguments: list[str] | None = None) -> int:
    """Appoint; 1 and a line on stderr if there is an administrator already, or no such account."""
    parser = argparse.ArgumentParser(prog="python -m deploy.first_admin", description=__doc__)
    parser.add_argument("email")
    email = parser.parse_args(arguments).email
    try:
        uid = bootstrap.admins().appoint_first(email)
    except TravvyError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    sys.stdout.write(f"{email} ({uid}) is an administrator from the next sign-in on\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
