import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { problemText } from '../calls/problem.ts';
import { Copy } from '../shell/Copy.tsx';
import { type ApiDocument, type Operation, operationsOf, type Schemas } from './document.ts';
import { schemaText } from './schemaText.ts';

/** The operations of the API, each with what it takes and what it answers. */
export function OpenApi({ token }: { token: string }): VNode {
  const [read, setRead] = useState<{ document?: ApiDocument; failed?: string }>({});
  useEffect(() => {
    const load = async (): Promise<ApiDocument> => {
      const answer = await fetch('/api/openapi.json', { headers: { authorization: `Bearer ${token}` } });
      if (!answer.ok) throw new Error(`The document is not there: status ${answer.status}.`);
      return answer.json();
    };
    load().then(
      (document) => setRead({ document }),
      (error) => setRead({ failed: problemText(error) }),
    );
  }, [token]);
  const { document, failed } = read;
  if (failed !== undefined) return <div class="notice bad">{failed}</div>;
  if (document === undefined) return <p class="soft">…</p>;
  return (
    <div class="stack api">
      <div class="panel padded stack tight">
        <p dir="auto">{withCode(document.info?.description ?? 'What this page does, a script can do.')}</p>
        <div class="row">
          <code class="grow wrap">curl -H 'Authorization: Bearer …' {location.origin}/api/v1/status</code>
          <Copy
            text={`curl -H 'Authorization: Bearer ${token}' ${location.origin}/api/v1/status`}
            what="command with the token"
            label="Copy with token"
          />
        </div>
        <p class="small soft">
          As a document for programs: <code>/api/openapi.json</code> (OpenAPI {document.openapi})
        </p>
      </div>
      {[...operationsOf(document)].map(([group, operations]) => (
        <section key={group} class="stack tight" aria-label={group}>
          <h2>{group}</h2>
          {operations.map((operation) => (
            <OneOperation key={operation.key} operation={operation} schemas={document.components?.schemas ?? {}} />
          ))}
        </section>
      ))}
    </div>
  );
}

/** What stands between backticks is code. */
const withCode = (text: string): (string | VNode)[] =>
  text.split('`').map((part, place) => (place % 2 === 0 ? part : <code key={place}>{part}</code>));

function OneOperation({ operation, schemas }: { operation: Operation; schemas: Schemas }): VNode {
  const { method, path, summary, description, parameters, body, answers } = operation;
  return (
    <details class="panel operation">
      <summary>
        <span class={`method ${method}`}>{method.toUpperCase()}</span>
        <code class="wrap">{path}</code>
        <span class="grow soft">{summary}</span>
      </summary>
      <div class="stack tight padded">
        {description !== undefined && <p>{description}</p>}
        {parameters.length > 0 && (
          <>
            <h3>Parameters</h3>
            <dl class="facts small">
              {parameters.map(({ name, where, required, schema, description: said }) => [
                <dt key={`${where} ${name} name`}>
                  <code>{name}</code>
                </dt>,
                <dd key={`${where} ${name}`}>
                  <code>{schemaText(schema, schemas)}</code>{' '}
                  <span class="soft">
                    in the {where}
                    {required ? '' : ', may be missing'}
                    {said === undefined ? '' : `: ${said}`}
                  </span>
                </dd>,
              ])}
            </dl>
          </>
        )}
        {body !== undefined && (
          <>
            <h3>Body</h3>
            <pre>{schemaText(body, schemas)}</pre>
          </>
        )}
        {answers.map(({ status, description: said, schema }) => (
          <div key={status} class="stack tight">
            <h3>
              {status} <span class="soft">{said}</span>
            </h3>
            {schema !== undefined && <pre>{schemaText(schema, schemas)}</pre>}
          </div>
        ))}
      </div>
    </details>
  );
}
