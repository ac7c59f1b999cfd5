/** As much of OpenAPI 3.1 as is shown. */
export interface ApiDocument {
  openapi: string;
  info?: { description?: string };
  paths?: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Schemas };
}

export type Schemas = Readonly<Record<string, Schema>>;

/** As much of JSON Schema 2020-12 as is shown. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  description?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
}

interface Contents {
  description?: string;
  content?: Record<string, { schema?: Schema }>;
}

interface RawOperation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: Contents;
  responses?: Record<string, Contents>;
}

export interface Operation {
  key: string;
  method: string;
  path: string;
  summary: string;
  description: string | undefined;
  parameters: { name: string; where: string; required: boolean; description: string | undefined; schema: Schema }[];
  body: Schema | undefined;
  answers: { status: string; description: string; schema: Schema | undefined }[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** By their first tag; where they have none, by the first part of their path below the version. */
export function operationsOf({ paths = {} }: ApiDocument): Map<string, Operation[]> {
  const groups = new Map<string, Operation[]>();
  for (const [path, item] of Object.entries(paths)) {
    for (const method of methods) {
      const raw = item[method];
      if (raw === undefined) continue;
      const group = raw.tags?.[0] ?? path.split('/').find((part) => !['', 'api', 'v1'].includes(part)) ?? path;
      groups.set(group, [...(groups.get(group) ?? []), operation(method, path, raw)]);
    }
  }
  return groups;
}

function operation(method: string, path: string, raw: RawOperation): Operation {
  return {
    key: `${method} ${path}`,
    method,
    path,
    summary: raw.summary ?? '',
    description: raw.description,
    parameters: (raw.parameters ?? []).map(({ name, in: where, required = false, description, schema = {} }) => ({
      name,
      where,
      required,
      description,
      schema,
    })),
    body: schemaOf(raw.requestBody),
    answers: Object.entries(raw.responses ?? {}).map(([status, answer]) => ({
      status,
      description: answer.description ?? '',
      schema: schemaOf(answer),
    })),
  };
}

const schemaOf = (contents: Contents | undefined): Schema | undefined =>
  Object.values(contents?.content ?? {})[0]?.schema;
