// Ties the buttons of the sign-in pages to allauth's passkey code. The pages work without: whatever
// needs a passkey stays hidden until this has run in a browser that has them.
(function () {
  if (!window.PublicKeyCredential || !window.allauth) return;
  document.querySelectorAll("[data-with-passkeys]").forEach((part) => { part.hidden = false; });
  document.querySelectorAll("[data-without-passkeys]").forEach((part) => { part.hidden = true; });
  document.querySelectorAll("[data-passkey]").forEach((button) => {
    const { passkey, credential, passwordless, options } = button.dataset;
    window.allauth.webauthn.forms[passkey]({
      ids: { login: button.id, add: button.id, authenticate: button.id, credential, passwordless, data: options },
    });
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.querySelectorAll("[data-passkey-failed]").forEach((part) => { part.hidden = false; });
  });
})();
