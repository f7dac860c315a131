// What a script adds to pages that work without one: the progress of an upload, a look at the chosen picture, and
// updates without reloading.
"use strict";

// Shows a page that the server sent, in place of this one.
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main || main.innerHTML === document.querySelector("main").innerHTML) return;
  const first = main.querySelector("[autofocus]") || main;
  // Only for pages that are loaded.
  first.removeAttribute("autofocus");
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  first.focus();
  document.querySelector("#announcement").textContent = main.querySelector("h1").textContent;
}

// Asks for news of a page that waits. The server answers when there is some, or after a while.
async function update() {
  for (let path; (path = document.querySelector("main").dataset.updates); ) {
    const pause = new Promise((go) => setTimeout(go, 1000));
    try {
      const response = await fetch(path);
      if (response.redirected) return location.assign(response.url);
      if (response.ok) show(await response.text());
      else await new Promise((go) => setTimeout(go, 5000));
    } catch {
      // No connection: once more in a moment.
      await new Promise((go) => setTimeout(go, 5000));
    }
    await pause;
  }
}

// Sends a form with files, and says how far it is.
function upload(form) {
  const [box, button] = [form.querySelector(".progress"), form.querySelector("button")];
  const [bar, words] = [box.querySelector("progress"), box.querySelector("[role=status]")];
  const request = new XMLHttpRequest();
  let said = -1;
  const say = (part) => {
    const percent = Math.floor(part * 100);
    bar.value = percent;
    // Not every percent: each is read out.
    if (Math.floor(percent / 25) === said) return;
    said = Math.floor(percent / 25);
    words.textContent = percent < 100 ? `${percent} % uploaded` : "Uploaded. One moment, please.";
  };
  const fail = () => {
    button.disabled = false;
    words.textContent = "The upload was interrupted. Please try again.";
  };
  request.upload.onprogress = (event) => event.lengthComputable && say(event.loaded / event.total);
  request.onload = () => {
    if (new URL(request.responseURL).pathname === form.getAttribute("action")) show(request.responseText);
    else location.assign(request.responseURL);
  };
  request.onerror = fail;
  request.open("POST", form.action);
  box.hidden = false;
  button.disabled = true;
  say(0);
  request.send(new FormData(form));
}

// Shows the chosen picture, and says at once if it is too large.
function chosen(input) {
  const file = input.files[0];
  input.setCustomValidity(file && file.size > input.dataset.most ? "The file is larger than 15 MB." : "");
  input.reportValidity();
  input.parentElement.querySelector("img.preview")?.remove();
  if (file?.type.match(/jpeg|png/)) {
    const picture = new Image();
    picture.className = "preview";
    picture.alt = "The picture that you chose";
    picture.src = URL.createObjectURL(file);
    input.after(picture);
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-upload]")) return;
  event.preventDefault();
  if ([...event.target.elements].some((input) => input.validity?.customError)) event.target.reportValidity();
  else upload(event.target);
});
document.addEventListener("change", (event) => event.target.type === "file" && chosen(event.target));
for (const kind of ["dragover", "drop"]) {
  // A file that is dropped beside the field must not open in place of the page.
  document.addEventListener(kind, (event) => event.target.type === "file" || event.preventDefault());
}
update();
