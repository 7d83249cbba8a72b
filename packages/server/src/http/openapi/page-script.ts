/**
 * What the page does in the browser. Text and not a module of ours: nothing builds it, and no type of the DOM belongs into
 * the server.
 */
export const PAGE_SCRIPT = `'use strict';
const token = document.getElementById('token');

for (const form of document.querySelectorAll('form[data-method]')) {
  const now = new Date().toISOString();
  for (const text of form.querySelectorAll('textarea, .curl')) text.textContent = text.textContent.replaceAll('NOW', now);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(form);
  });
}

async function send(form) {
  const output = form.querySelector('pre[role=status]');
  const button = form.querySelector('button');
  button.disabled = true;
  output.hidden = false;
  output.textContent = 'Sending …';
  try {
    const response = await fetch(...requestOf(form));
    output.textContent = await describe(response);
  } catch (error) {
    output.textContent = 'No answer: ' + error.message;
  }
  button.disabled = false;
}

function requestOf(form) {
  const query = new URLSearchParams();
  const headers = {};
  let path = form.dataset.path;
  for (const field of form.querySelectorAll('input[data-in]')) {
    const { in: place } = field.dataset;
    if (place === 'path') path = path.replace('{' + field.name + '}', encodeURIComponent(field.value));
    else if (field.value !== '' && place === 'query') query.set(field.name, field.value);
    else if (field.value !== '') headers[field.name] = field.value;
  }
  if (token.value !== '') headers.authorization = 'Bearer ' + token.value;
  const body = form.querySelector('textarea')?.value;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const search = query.size > 0 ? '?' + query : '';
  return [path + search, { method: form.dataset.method, headers, body, cache: 'no-store' }];
}

async function describe(response) {
  const shown = ['etag', 'retry-after', 'idempotency-replayed', 'x-ratelimit-remaining', 'x-request-id'];
  const headers = shown.flatMap((name) => (response.headers.has(name) ? [name + ': ' + response.headers.get(name)] : []));
  const text = await response.text();
  return [response.status + ' ' + response.statusText, ...headers, '', pretty(text)].join('\\n');
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
`;
