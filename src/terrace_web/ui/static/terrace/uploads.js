// Forms with files may take as long as the line needs, and show how far they are.
const isUpload = (form) => form.getAttribute?.("hx-encoding") === "multipart/form-data";

export function startUploads() {
  const on = (name, act) => document.addEventListener(name, (event) => isUpload(event.target) && act(event));
  // In hx-request a timeout of 0 would count as none said.
  on("htmx:configRequest", (event) => { event.detail.timeout = 0; });
  on("htmx:beforeRequest", (event) => showBegun(event.target));
  on("htmx:xhr:progress", (event) => showProgress(event.target, event.detail));
  on("htmx:afterRequest", (event) => event.target.querySelector(".upload-progress")?.remove());
}

// The name of the file needs no translation and says what is on its way.
function showBegun(form) {
  const names = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files].map((file) => file.name));
  if (!names.length) return;
  const box = Object.assign(document.createElement("div"), { className: "upload-progress progress-block" });
  const line = Object.assign(document.createElement("div"), { className: "progress-line" });
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  bar.setAttribute("aria-label", names.join(", "));
  line.append(span("text-truncate", names.join(", ")), span("progress-count", ""));
  box.append(line, bar);
  form.append(box);
}

function span(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}

function showProgress(form, { lengthComputable, loaded, total }) {
  const box = form.querySelector(".upload-progress");
  if (!box || !lengthComputable || !total) return;
  const bar = box.querySelector("progress");
  box.querySelector(".progress-count").textContent = (loaded / total).toLocaleString(document.documentElement.lang, { style: "percent" });
  // All of it is sent: the bar moves without an end while the server looks at the file.
  if (loaded < total) bar.value = loaded / total;
  else bar.removeAttribute("value");
}
