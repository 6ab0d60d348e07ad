import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '../../api/metrics.ts';
import { createIngestMetrics } from '../../commands/ingest/metrics.ts';
import { readYaml, repositoryFile } from './compose-file.ts';

const dashboard = z
  .object({
    uid: z.string(),
    panels: z.array(
      z.object({
        id: z.number(),
        type: z.string(),
        title: z.string(),
        datasource: z.object({ uid: z.string() }).optional(),
        targets: z.array(z.object({ expr: z.string() })).default([]),
      }),
    ),
  })
  .parse(JSON.parse(repositoryFile('compose/grafana/dashboards/twitchstats.json')));

const shown = new Set(
  dashboard.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/twitchstats_\w+/g) ?? []),
  ),
);

describe('Grafana dashboard', () => {
  it('shows only metrics that the ingestor, the processor and the API export', () => {
    const exported = new Set([...ingestSeries(), ...apiSeries(), ...processorSeries()]);
    expect([...shown].filter((name) => !exported.has(name))).toEqual([]);
  });

  it('shows each of the three', () => {
    for (const series of [ingestSeries(), apiSeries(), processorSeries()])
      expect(series.filter((name) => shown.has(name)).length).toBeGreaterThan(5);
  });

  it('asks the data source that is provisioned, in panels of their own', () => {
    const { datasources } = z
      .object({ datasources: z.array(z.object({ uid: z.string(), url: z.string() })) })
      .parse(readYaml('compose/grafana/provisioning/datasources/prometheus.yaml'));
    const asked = new Set(dashboard.panels.flatMap(({ datasource }) => datasource?.uid ?? []));
    expect([...asked]).toEqual(datasources.map(({ uid }) => uid));
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(dashboard.panels.filter(({ type, targets }) => type !== 'row' && targets.length === 0)).toEqual(
      [],
    );
  });
});

function ingestSeries(): string[] {
  const { registry } = createIngestMetrics({
    twitch: () => {
      throw new Error('only names are asked for');
    },
    spool: () => ({ records: 0, bytes: 0 }),
    unsent: () => 0,
  });
  return nodeSeries(registry.getMetricsAsArray());
}

function apiSeries(): string[] {
  const { registry } = createMetrics({
    health: () => {
      throw new Error('only names are asked for');
    },
    newestUpdate: () => undefined,
    invalidRecords: () => 0,
    streamClients: () => 0,
  });
  return nodeSeries(registry.getMetricsAsArray());
}

const nodeMetric = z.object({ name: z.string(), type: z.string() });

function nodeSeries(metrics: readonly unknown[]): string[] {
  return metrics
    .map((metric) => nodeMetric.parse(metric))
    .flatMap(({ name, type }) => (type === 'histogram' ? histogramSeries(name) : [name]));
}

/** From the Scala source; its client adds `_total` to counters, as OpenMetrics asks. */
function processorSeries(): string[] {
  const source = repositoryFile('processor/src/main/scala/twitchstats/processor/ops/Metrics.scala');
  const prefix = /Prefix = "(\w+)"/.exec(source)?.[1] ?? '';
  return [...source.matchAll(/\b(counter|gauge|histogram)\(\s*"(\w+)"/g)].flatMap(([, kind, name]) => {
    if (kind === 'histogram') return histogramSeries(`${prefix}${name}`);
    return [kind === 'counter' ? `${prefix}${name}_total` : `${prefix}${name}`];
  });
}

function histogramSeries(name: string): string[] {
  return [`${name}_bucket`, `${name}_sum`, `${name}_count`];
}
