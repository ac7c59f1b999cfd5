import { defineConfig } from 'rolldown';

/** Left as they are: native code, threads of their own, or much that is seldom needed. */
const apart =
  /^(node:|better-sqlite3|bonjour-service|chokidar|fastify|@fastify\/|inquirer|open$|pino|pino-pretty|prom-client|rotating-file-stream)/;

/** A few files instead of hundreds: opening and resolving each is most of what a start takes. */
export default defineConfig({
  input: { main: 'src/main.ts', worker: 'src/client/hashing/worker.ts' },
  platform: 'node',
  external: apart,
  transform: { target: 'es2022' },
  output: { dir: process.env.ROLLCALL_BUILD ?? 'dist', sourcemap: true, cleanDir: true },
});
