// A download leaves its page as it was: it would still offer to issue what is issued. The answer that brings the
// sheet sets a cookie; once it is there, the page shows how things stand now.
const NAME = "first_passwords";
const EVERY = 500;

const form = document.querySelector("[data-takes-sheet]");

function arrived() {
  return document.cookie.split("; ").includes(`${NAME}=${form.elements.state.value}`);
}

form?.addEventListener("submit", () => {
  const timer = setInterval(() => {
    if (!arrived()) return;
    clearInterval(timer);
    document.cookie = `${NAME}=; Max-Age=0; Path=${location.pathname}; SameSite=Strict`;
    location.assign(form.action);
  }, EVERY);
});
