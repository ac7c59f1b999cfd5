import { resolve } from 'node:path';
import { defineConfig, type UserConfigFnObject } from 'vite';

/** The folder of each page, by the mode that builds it. */
const pages: Record<string, string> = {
  client: 'src/client/interfaces/web/page',
  tracker: 'src/server/site/page',
};

/** `vite build --mode client` or `--mode tracker`: a page into dist/pages, with all that it needs. */
const config: UserConfigFnObject = defineConfig(({ mode }) => ({
  root: resolve(pages[mode] ?? ''),
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: resolve(process.env['ROLLCALL_BUILD'] ?? 'dist', 'pages', mode),
    emptyOutDir: true,
    target: 'es2022',
    // What is inlined the content policy would refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
}));

export default config;
