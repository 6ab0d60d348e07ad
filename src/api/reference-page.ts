import { z } from 'zod';

/** As much of an OpenAPI document as the page shows. */
const documentSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string().default('') }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        summary: z.string().default(''),
        parameters: z
          .array(
            z.object({
              name: z.string(),
              in: z.string(),
              required: z.boolean().default(false),
              description: z.string().default(''),
              schema: z.unknown(),
            }),
          )
          .default([]),
        responses: z.record(z.string(), z.object({ description: z.string().default('') })),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()).default({}) }),
});

/** The API's reference as one HTML page, without scripts, styles or hosts of others. */
export function referencePage(document: unknown): string {
  const { info, paths, components } = documentSchema.parse(document);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { summary, parameters, responses }]) => `
<section>
<h2><code>${escapeHtml(method.toUpperCase())} ${escapeHtml(path)}</code></h2>
<p>${escapeHtml(summary)}</p>
${parameters.length === 0 ? '' : parametersTable(parameters)}
<p>Answers: ${Object.entries(responses)
        .map(([status, { description }]) => `<code>${escapeHtml(status)}</code> ${escapeHtml(description)}`)
        .join(' · ')}</p>
</section>`,
    ),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `
<section>
<h2 id="${escapeHtml(name)}"><code>${escapeHtml(name)}</code></h2>
<pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>
</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(info.title)} API ${escapeHtml(info.version)}</title>
</head>
<body>
<h1>${escapeHtml(info.title)} API ${escapeHtml(info.version)}</h1>
<p>${escapeHtml(info.description)}</p>
<p><a href="openapi.json">openapi.json</a></p>
${operations.join('\n')}
<h1>Shapes</h1>
${schemas.join('\n')}
</body>
</html>
`;
}

function parametersTable(
  parameters: z.infer<typeof documentSchema>['paths'][string][string]['parameters'],
): string {
  const rows = parameters.map(
    ({ name, in: where, required, description, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(where)}${required ? '' : ', optional'}</td>` +
      `<td>${escapeHtml(description)}</td><td><code>${escapeHtml(JSON.stringify(schema))}</code></td></tr>`,
  );
  return `<table border="1" cellpadding="4"><tr><th>name</th><th>in</th><th>meaning</th><th>schema</th></tr>${rows.join('')}</table>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
