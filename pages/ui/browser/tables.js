export default function ({ data, setTriggerValue }) {
  const open = (event) => {
    const link = event.target.closest?.(`a[href^="${data.anchor}"]`);
    if (!link) return;
    event.preventDefault();
    setTriggerValue('figure', link.getAttribute('href').slice(data.anchor.length));
  };
  document.addEventListener('click', open);
  return () => document.removeEventListener('click', open);
}
