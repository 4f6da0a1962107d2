/** Shows the description, and signs in at the Auth emulator so that functions can be tried out. */

const reader = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#functions",
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});

const form = document.querySelector("#sign-in");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = form.querySelector("output");
  try {
    const { uid, idToken } = await signIn(form.elements.name.value);
    reader.preauthorizeApiKey("idToken", idToken);
    said.value = `signed in, uid ${uid}`;
  } catch (error) {
    said.value = String(error);
  }
});

/** An account of the Auth emulator, made at its first sign-in with what Google would tell of it. */
async function signIn(name) {
  const { auth } = await (await fetch("/docs/local.json")).json();
  if (!auth) throw new Error("there is no Auth emulator; paste an ID token under Authorize");
  const email = `${name.toLowerCase()}@example.com`;
  const told = { sub: name.toLowerCase(), email, email_verified: true, name };
  const answer = await fetch(`http://${auth}/identitytoolkit.googleapis.com/v1/accounts:signInWithIdp?key=local`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      postBody: new URLSearchParams({ id_token: JSON.stringify(told), providerId: "google.com" }).toString(),
      requestUri: "http://localhost",
      returnSecureToken: true,
    }),
  });
  if (!answer.ok) throw new Error(`the Auth emulator answered ${answer.status}`);
  const { localId, idToken } = await answer.json();
  return { uid: localId, idToken };
}
