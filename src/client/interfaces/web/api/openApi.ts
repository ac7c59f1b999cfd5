import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

const tags = {
  session: 'Coming by the token',
  connection: 'The tracker that this client is at',
  roll: 'Who is here, and who has what',
  shares: 'What this client offers',
  drops: 'Files that are handed over by a page or a script, to be shared',
  transfers: 'What is fetched and what is sent',
  links: 'Addresses for browsers of other machines',
  system: 'Rates, log, settings and the date',
  events: 'What happens, as it happens',
};

const description = `Drives a rollcall client on this machine. All but the session wants the token of this start, as
\`Authorization: Bearer TOKEN\`; \`rollcall gui --json\` prints it. Sizes are bytes, rates bytes a second, times milliseconds
since 1970. Failures are problem+json (RFC 9457) with the code that the command line's exit status stands for.`;

/** How the OpenAPI document is made of the schemas of the routes. */
export const document = (version: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: { title: 'rollcall', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, told]) => ({ name, description: told })),
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Of this start' } } },
  },
  transform: jsonSchemaTransform,
  transformObject: (made) => withoutUnused(jsonSchemaTransformObject(made)),
});

interface Made {
  paths?: object;
  components?: { schemas?: Record<string, unknown> };
}

/** Each schema was made once as it is sent and once as it is received: takes out those that nothing refers to. */
function withoutUnused<Document extends Made>(made: Document): Document {
  const schemas = made.components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? {});
    }
  };
  visit(made.paths ?? {});
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
  return made;
}
