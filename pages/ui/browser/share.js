const CONFIRMED_MS = 1600;
const copy = async (text) => {
  if (navigator.clipboard && window.isSecureContext) {
    try { return await navigator.clipboard.writeText(text); } catch { /* not allowed in a frame */ }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('the browser does not let this page copy');
};
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.share'), status = root.querySelector('[role=status]');
  const link = () => {
    const here = new URL(window.location.href);
    for (const [name, value] of Object.entries(data.address)) here.searchParams.set(name, value);
    return here.href;
  };
  const texts = { link, citation: () => data.citation.replace(data.place, link) };
  const say = (button, words) => {
    button.plain ??= button.textContent;
    button.textContent = words;
    status.textContent = words;
    clearTimeout(button.timer);
    button.timer = setTimeout(() => { button.textContent = button.plain; }, CONFIRMED_MS);
  };
  root.onclick = async (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    try { await copy(texts[button.dataset.copies]()); say(button, '✓ copied'); }
    catch { say(button, 'not copied'); }
  };
}
