import { describe, expect, it } from 'vitest';
import { dependents, withDependencies } from './graph.ts';
import type { ServiceName, TaskService } from './service.ts';

function task(name: ServiceName, ...dependsOn: ServiceName[]): TaskService {
  return { kind: 'task', name, dependsOn, run: async () => '' };
}

const services = [task('api', 'topics'), task('topics', 'kafka'), task('kafka'), task('cassandra')];
const names = (found: readonly { name: ServiceName }[]) => found.map(({ name }) => name);

describe('the service graph', () => {
  it('puts each service after what it depends on', () => {
    expect(names(withDependencies(services, []))).toEqual(['kafka', 'topics', 'api', 'cassandra']);
  });

  it('takes along what the named services depend on, and nothing else', () => {
    expect(names(withDependencies(services, ['topics']))).toEqual(['kafka', 'topics']);
  });

  it('starts companions along, with what they depend on in turn', () => {
    const processor: TaskService = { ...task('processor', 'topics'), companions: ['schema'] };
    const all = [...services, processor, task('schema', 'cassandra')];
    expect(names(withDependencies(all, ['processor']))).toEqual([
      ...['kafka', 'topics', 'processor', 'cassandra', 'schema'],
    ]);
  });

  it('names the services there are when one is asked for that is not', () => {
    expect(() => withDependencies(services, ['zookeeper'])).toThrowError(
      expect.objectContaining({
        code: 'USAGE',
        hint: expect.stringContaining('api, topics, kafka, cassandra'),
      }),
    );
  });

  it('knows who depends on a service directly', () => {
    expect(names(dependents(services, 'kafka'))).toEqual(['topics']);
  });
});
