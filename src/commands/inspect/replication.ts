/** The replication factor of each datacentre, from a keyspace's `replication` map. */
export function replicasOf(replication: Readonly<Record<string, string>>): number[] {
  const { class: strategy = '', replication_factor, ...datacentres } = replication;
  if (strategy.endsWith('SimpleStrategy')) return [Number(replication_factor ?? 1)];
  return Object.values(datacentres).map(Number);
}

/**
 * How many replicas a level waits for, and how many may be down, in the worst place, before it fails. `replicas` is
 * the replication factor of each datacentre, ours first.
 */
export function replicasNeeded(
  level: string,
  replicas: readonly number[],
): { needs: number; survives: number } {
  const [local = 1] = replicas;
  const all = replicas.reduce((sum, count) => sum + count, 0);
  const quorum = (count: number) => Math.floor(count / 2) + 1;
  switch (level) {
    case 'TWO':
      return { needs: 2, survives: Math.max(0, all - 2) };
    case 'THREE':
      return { needs: 3, survives: Math.max(0, all - 3) };
    case 'QUORUM':
      return { needs: quorum(all), survives: all - quorum(all) };
    case 'LOCAL_QUORUM':
      return { needs: quorum(local), survives: local - quorum(local) };
    case 'EACH_QUORUM':
      return {
        needs: replicas.reduce((sum, count) => sum + quorum(count), 0),
        survives: Math.min(...replicas.map((count) => count - quorum(count))),
      };
    case 'ALL':
      return { needs: all, survives: 0 };
    case 'LOCAL_ONE':
      return { needs: 1, survives: local - 1 };
    default:
      return { needs: 1, survives: all - 1 };
  }
}
