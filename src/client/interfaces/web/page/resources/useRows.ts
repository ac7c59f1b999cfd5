import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp, useStore } from '../state/useApp.ts';
import { type RowQuery, RowWindows } from './rowWindows.ts';

/** The rows of this query, kept true to the roll; drawn anew as they come. */
export function useRows({ pattern, owner, sort, order }: RowQuery): RowWindows {
  const { calls } = useApp();
  const version = useStore((state) => state.version);
  const stream = useStore((state) => state.stream);
  const [, draw] = useState({});
  const kept = useRef<RowWindows>(undefined);
  kept.current ??= new RowWindows(calls.resources, () => draw({}));
  const rows = kept.current;
  useEffect(() => rows.show({ pattern, owner, sort, order }), [pattern, owner, sort, order]);
  useEffect(() => rows.outdated(version), [version]);
  useEffect(() => {
    if (stream === 'open' && rows.failure !== undefined) rows.retry();
  }, [stream]);
  useEffect(() => () => rows.close(), []);
  return rows;
}
