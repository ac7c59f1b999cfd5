import type { Schema, Schemas } from './document.ts';

/** So deep a schema is written out; a document may refer to itself. */
const maxDepth = 6;

/** A schema as one would write a type: `{ name: string, size?: integer | null }`, a property a line. */
export function schemaText(schema: Schema, schemas: Schemas, indent = '', depth = 0): string {
  const write = (inner: Schema, more = indent): string => schemaText(inner, schemas, more, depth + 1);
  if (depth > maxDepth) return '…';
  if (schema.$ref !== undefined) {
    const found = schemas[schema.$ref.split('/').at(-1) ?? ''];
    return found === undefined ? (schema.$ref.split('/').at(-1) ?? '') : write(found);
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return several.map((one) => write(one)).join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map((one) => write(one)).join(' & ');
  if (schema.items !== undefined) return `${write(schema.items)}[]`;
  if (schema.properties !== undefined) return objectText(schema, write, indent);
  if (typeof schema.additionalProperties === 'object') return `{ [name]: ${write(schema.additionalProperties)} }`;
  if (schema.type === undefined) return 'anything';
  return typeof schema.type === 'string' ? schema.type : schema.type.join(' | ');
}

function objectText(schema: Schema, write: (inner: Schema, indent: string) => string, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const mark = schema.required?.includes(name) ? '' : '?';
    const said = property.description === undefined ? '' : `  // ${property.description}`;
    return `${inner}${name}${mark}: ${write(property, inner)}${said}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}
