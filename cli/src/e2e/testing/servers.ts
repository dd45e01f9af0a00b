/* eslint-disable no-restricted-imports -- what the adapters leave in the servers is looked at past them, with the servers' own clients */
import { Client as Elasticsearch } from '@elastic/elasticsearch';
import { TOPICS } from '@shopkeeper/contracts';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

export { Elasticsearch };

/** Every index of a shop without a prefix. */
const INDICES =
  /^(catalog-state|catalog-skus|products|product-vectors|shopper-memory|shopper-links|artifacts|artifact-chunks)(-|$)/;

/** Leaves no trace of an earlier shop: whoever starts one on the same servers begins with an empty store. */
export async function wipeServers(kafkaUrl: string, elasticsearchUrl: string): Promise<void> {
  await Promise.all([wipeKafka(kafkaUrl), wipeElasticsearch(elasticsearchUrl)]);
}

async function wipeKafka(url: string): Promise<void> {
  const brokers = url.replace('kafka://', '').split(',');
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const ours = (name: string) => TOPICS.some((topic) => name === topic.name || name.startsWith(`${topic.name}.`));
    const topics = async () => (await admin.listTopics()).filter(ours);
    const names = await topics();
    if (names.length > 0) await admin.deleteTopics({ topics: names });
    while ((await topics()).length > 0) await sleep(50);
  } finally {
    await admin.disconnect();
  }
}

async function wipeElasticsearch(url: string): Promise<void> {
  const client = new Elasticsearch({ node: url });
  try {
    const indices = (await client.cat.indices({ format: 'json', h: 'index' })).flatMap(({ index }) => index ?? []);
    const ours = indices.filter((name) => INDICES.test(name));
    if (ours.length > 0) await client.indices.delete({ index: ours, ignore_unavailable: true });
  } finally {
    await client.close();
  }
}
