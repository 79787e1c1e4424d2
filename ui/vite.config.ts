import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// In development the pages come from Vite and the API from a running server:
//   BOON_URL=http://127.0.0.1:8080 BOON_KEY=boon_… npm run dev
const server = process.env.BOON_URL ?? 'http://127.0.0.1:8080';
const key = process.env.BOON_KEY;
const proxied = {
    target: server,
    changeOrigin: true,
    // The server compares Origin with its own address, which is not that of the pages.
    headers: { origin: server, ...(key ? { authorization: `Bearer ${key}` } : {}) },
};

export default defineConfig({
    plugins: [react()],
    resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
    server: { proxy: { '/api': proxied, '/openapi.json': proxied, '/docs': proxied, '/livez': proxied } },
    preview: { proxy: { '/api': proxied, '/openapi.json': proxied, '/docs': proxied, '/livez': proxied } },
    build: {
        target: 'es2022',
        // A page's policy allows no data: scripts or fonts, so nothing is inlined.
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 700,
        manifest: true,
    },
    test: {
        environment: 'happy-dom',
        include: ['src/**/*.test.{ts,tsx}'],
        setupFiles: ['src/test-setup.ts'],
        // One document for all: to make one for each file takes five times as long as the tests.
        isolate: false,
    },
});
