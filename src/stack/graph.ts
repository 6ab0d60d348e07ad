import { AppError } from '../contract/errors.ts';
import type { ServiceDefinition, ServiceName } from './service.ts';

/**
 * The named services, all that they depend on and their companions, each after its dependencies; all services when none
 * is named.
 * @throws AppError USAGE for a name that this stack has not
 */
export function withDependencies(
  services: readonly ServiceDefinition[],
  names: readonly string[],
): ServiceDefinition[] {
  const byName = new Map<string, ServiceDefinition>(services.map((service) => [service.name, service]));
  const ordered = new Set<ServiceDefinition>();
  const visit = (name: string): void => {
    const service = byName.get(name);
    if (service === undefined) throw noSuchService(name, [...byName.keys()]);
    if (ordered.has(service)) return;
    for (const dependency of service.dependsOn) visit(dependency);
    ordered.add(service);
    for (const companion of service.companions ?? []) visit(companion);
  };
  for (const name of names.length === 0 ? byName.keys() : names) visit(name);
  return [...ordered];
}

export function noSuchService(name: string, known: readonly string[]): AppError {
  const hint = `The services are ${known.join(', ')}.`;
  return new AppError('USAGE', `There is no service "${name}" in this stack`, { hint });
}

/** The services that cannot do without `name`, directly. */
export function dependents(services: readonly ServiceDefinition[], name: ServiceName): ServiceDefinition[] {
  return services.filter(({ dependsOn }) => dependsOn.includes(name));
}
