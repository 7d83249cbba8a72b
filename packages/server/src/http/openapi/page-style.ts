/** Colours of the system in light and dark; nothing is loaded. */
export const PAGE_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; text-transform: capitalize; }
details { border: 1px solid color-mix(in srgb, CanvasText 22%, Canvas); border-radius: .5rem; margin: .4rem 0; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: .25rem .75rem; padding: .5rem .75rem; align-items: baseline; }
summary:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible { outline: 2px solid Highlight; outline-offset: 2px; }
summary code { overflow-wrap: anywhere; }
.method { font: 600 .8rem ui-monospace, monospace; min-width: 4rem; }
.what { opacity: .8; }
form { display: grid; gap: .6rem; padding: 0 .75rem .75rem; }
label { display: grid; gap: .15rem; font-size: .9rem; }
label small { opacity: .75; }
input, textarea, button { font: inherit; padding: .35rem .5rem; }
textarea { font: .85rem/1.4 ui-monospace, monospace; min-height: 7rem; }
button { justify-self: start; padding: .35rem 1rem; cursor: pointer; }
pre { background: color-mix(in srgb, CanvasText 7%, Canvas); border-radius: .4rem; font-size: .85rem; margin: 0; max-height: 28rem; overflow: auto; padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
