import { expect, it } from 'vitest';
import { settingsSchema } from '../../config/settings.ts';
import { buildTestApp } from '../../testing/api-app.ts';
import { apiService } from './node-services.ts';

it('says in words what an API that is not ready lacks', async () => {
  const { app } = await buildTestApp({ kafkaReady: false });
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const service = apiService({
    settings: settingsSchema.parse({ PORT: port }),
    home: '/nonexistent',
    runDir: '/nonexistent',
  });
  await expect(service.ready.probe(new AbortController().signal)).rejects.toThrow(
    'kafka disconnected, cache loading, cassandra disconnected',
  );
});
