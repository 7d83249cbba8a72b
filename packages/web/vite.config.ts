import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

const server = process.env['OVATION_URL'] ?? 'http://127.0.0.1:8080';
const proxied = ['/api', '/settings', '/health', '/live', '/metrics', '/emotes', '/moments'];

export default defineConfig({
  // Relative: a proxy may serve the page below a path of its own.
  base: './',
  plugins: [react(), tailwindcss(), localEmojiData()],
  build: {
    // `light-dark()` and `@starting-style`, without a rewrite of either.
    target: ['chrome123', 'edge123', 'firefox129', 'safari17.5'],
    chunkSizeWarningLimit: 300,
    rolldownOptions: { treeshake: { manualPureFunctions: ['z'] } },
  },
  server: {
    proxy: {
      ...Object.fromEntries(proxied.map((path) => [path, { target: server }])),
      '/ws': { target: server, ws: true },
    },
  },
});

/** The picker asks for `/emojibase/en/*.json`; without this it would fetch them from a CDN. */
function localEmojiData(): Plugin {
  const files = ['en/data.json', 'en/messages.json'];
  const read = (file: string) => readFile(fileURLToPath(import.meta.resolve(`emojibase-data/${file}`)), 'utf8');
  return {
    name: 'local-emoji-data',
    async generateBundle() {
      for (const file of files) {
        this.emitFile({ type: 'asset', fileName: `emojibase/${file}`, source: await read(file) });
      }
    },
    configureServer(dev) {
      dev.middlewares.use('/emojibase/', (request, response, next) => {
        const file = files.find((name) => request.url?.endsWith(name));
        if (!file) return next();
        response.setHeader('content-type', 'application/json');
        return void read(file).then((text) => response.end(text), next);
      });
    },
  };
}
