// Search, and the menu of pages on small screens. The site works without it.
const root = document.documentElement.dataset.root;
const field = document.querySelector('search input');
const list = document.querySelector('search ol');
const MOST = 12;
let search;

const menu = document.querySelector('nav details');
const isWide = matchMedia('(width >= 60rem)');
const fitMenu = () => (menu.open = isWide.matches);
isWide.addEventListener('change', fitMenu);
fitMenu();

field.addEventListener('focus', () => void loadSearch(), { once: true });
field.addEventListener('input', showResults);
field.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') list.hidden = true;
  if (event.key === 'ArrowDown') list.querySelector('a')?.focus();
  if (event.key === 'Enter') list.querySelector('a')?.click();
});
list.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape') field.focus();
  if (!step) return;
  event.preventDefault();
  const links = [...list.querySelectorAll('a')];
  (links[links.indexOf(document.activeElement) + step] ?? field).focus();
});
document.addEventListener('click', (event) => {
  if (!event.target.closest('search')) list.hidden = true;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target === field) return;
  event.preventDefault();
  field.focus();
});

// Scripts and not modules: those do not load when the site is opened as files.
async function loadSearch() {
  await Promise.all(['minisearch.js', 'search-index.js'].map(loadScript));
  const { options, index } = window.ovationSearch;
  search = window.MiniSearch.loadJSON(index, options);
  showResults();
}

function loadScript(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}assets/${name}`;
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  });
}

function showResults() {
  const words = field.value.trim();
  list.hidden = words === '' || !search;
  if (list.hidden) return;
  const found = search.search(words, { prefix: true, fuzzy: 0.15, combineWith: 'AND', boost: { heading: 4, page: 2 } });
  const items = found.slice(0, MOST).map(resultItem);
  if (items.length === 0)
    items.push(Object.assign(document.createElement('li'), { className: 'none', textContent: 'Nothing found' }));
  list.replaceChildren(...items);
}

function resultItem({ id, heading, page }) {
  const item = document.createElement('li');
  const link = Object.assign(document.createElement('a'), { href: root + id, textContent: heading });
  if (page !== heading) link.append(Object.assign(document.createElement('small'), { textContent: page }));
  link.addEventListener('click', () => (list.hidden = true));
  item.append(link);
  return item;
}
