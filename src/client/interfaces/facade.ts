/** What the faces drive: `client/app.ts` in the product, a fake in their tests. */
export type Facade = Pick<
  typeof import('../app.ts'),
  'discover' | 'openVisitor' | 'openParticipant' | 'openDaemon' | 'diagnose' | 'hashPaths'
>;
