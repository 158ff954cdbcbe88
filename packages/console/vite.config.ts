import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { fontsAsFiles } from './fonts-plugin.ts';

/** `dist/index.html` answers GET on every page path; everything under `dist/assets/` has a hash in its name. */
export default defineConfig(({ command }) => {
  // Somebody's own NODE_ENV, a test runner's for one, would put the development build of React into the product.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    plugins: [react(), fontsAsFiles()],
    build: {
      target: 'es2022',
      // Inlined assets would need `data:` in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: true,
      chunkSizeWarningLimit: 1200,
    },
    server: {
      proxy: {
        '^/(findings|coverage|session|assay)': { target: 'http://127.0.0.1:8460', bypass: (r) => (r.method === 'GET' ? r.url : undefined) },
      },
    },
  };
});
