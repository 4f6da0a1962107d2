"""Who belongs to a trip and who else sees it: members, invitations, the public page."""
