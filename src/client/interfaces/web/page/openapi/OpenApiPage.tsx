import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { problemText } from '../calls/problem.ts';
import { useApp } from '../state/useApp.ts';

type Reader = (props: { token: string }) => VNode;

/** The API as its document tells of it; few read it, so it is loaded when somebody does. */
export function OpenApiPage(): VNode {
  const { token } = useApp();
  const [{ reader: Reader }, setReader] = useState<{ reader: Reader | undefined }>({ reader: undefined });
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    import('./OpenApi.tsx').then(
      ({ OpenApi }) => setReader({ reader: OpenApi }),
      (error) => setFailed(problemText(error)),
    );
  }, []);
  return (
    <div class="stack">
      <h1>API</h1>
      {failed !== undefined && <div class="notice bad">{failed}</div>}
      {Reader !== undefined && <Reader token={token} />}
    </div>
  );
}
