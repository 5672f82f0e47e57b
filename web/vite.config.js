import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that a proxy may serve all of it under any path; the service completes the page.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    outDir: '../graph/http/static',
    emptyOutDir: true,
    manifest: 'manifest.json',
    chunkSizeWarningLimit: 10_000,
    rollupOptions: {
      input: {
        graphiql: 'graphiql.html',
        careers: 'src/pages/careers.js',
        charts: 'src/pages/charts.js',
        network: 'src/pages/network.js',
        pages: 'src/pages/pages.js',
        styles: 'src/pages/pages.scss',
      },
    },
  },
  server: { fs: { allow: ['..'] } },
});
