import { runnerImport } from 'vite';

// Node.js 20 reads no TypeScript by itself; Vite, which builds the console, does.
const { module } = await runnerImport('./end-to-end/figures/main.ts', { configFile: false });
await module.measure();
