import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/static/',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: '../graph/http/static',
    emptyOutDir: true,
    chunkSizeWarningLimit: 10_000,
    rollupOptions: { input: 'graphiql.html' },
  },
  server: { fs: { allow: ['..'] } },
});
