import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { fontsAsFiles } from './scripts/fonts';

// `npm run dev` serves the pages and hands calls on to a service that runs there.
const SERVICE = process.env.ASSAY_SERVER ?? 'http://127.0.0.1:8443';

const PROXY = { '^/(?!console)': { target: SERVICE } };

export default defineConfig({
  base: '/console/',
  plugins: [react(), fontsAsFiles()],
  build: {
    target: 'es2023',
    // The policy of the pages allows no inline script, so nothing may be loaded before by one.
    modulePreload: { polyfill: false },
    // Fonts and pictures stay files: they are cached for good, and only those that are needed are fetched.
    assetsInlineLimit: 0,
    manifest: true,
  },
  server: { proxy: PROXY },
  preview: { proxy: PROXY },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    // Their files import style sheets, which only Vite understands.
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
