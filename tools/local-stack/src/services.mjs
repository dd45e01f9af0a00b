// What each server is: its settings, its command line, and when it is ready.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { base, tool } from './java.mjs';

export function kafkaBrokers(stack) {
  const { home, brokers, ports, clusterId, partitionsDefault, kafkaHeap } = stack;
  const ids = Array.from({ length: brokers }, (_, index) => index + 1);
  const voters = ids.map((id) => `${id}@127.0.0.1:${ports[`controller-${id}`]}`).join(',');
  const [copies, inSync] = [Math.min(3, brokers), brokers >= 3 ? 2 : 1];
  return ids.map((id) => {
    const name = `kafka-${id}`;
    const dir = join(home, name);
    const properties = {
      'process.roles': 'broker,controller',
      'node.id': id,
      'controller.quorum.voters': voters,
      'controller.listener.names': 'CONTROLLER',
      listeners: `PLAINTEXT://127.0.0.1:${ports[name]},CONTROLLER://127.0.0.1:${ports[`controller-${id}`]}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports[name]}`,
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      'log.dirs': join(dir, 'data'),
      // As in docker-compose.yml: a typing error in a topic's name must not make a topic.
      'auto.create.topics.enable': false,
      'num.partitions': partitionsDefault,
      'default.replication.factor': copies,
      'min.insync.replicas': inSync,
      'offsets.topic.replication.factor': copies,
      'transaction.state.log.replication.factor': copies,
      'transaction.state.log.min.isr': inSync,
      'share.coordinator.state.topic.replication.factor': copies,
      'share.coordinator.state.topic.min.isr': inSync,
      // 50 by default: on one machine that only costs files and start-up time.
      'offsets.topic.num.partitions': 4,
      'transaction.state.log.num.partitions': 4,
      'group.initial.rebalance.delay.ms': 0,
    };
    return {
      name,
      dir,
      ports: [ports[name], ports[`controller-${id}`]],
      kind: 'kafka',
      async command({ java, jars }) {
        const config = join(dir, 'server.properties');
        const logging = ['-cp', jars, `-Dlog4j2.configurationFile=${join(base, 'log4j2.properties')}`];
        await writeFile(
          config,
          Object.entries(properties)
            .map(([key, value]) => `${key}=${value}\n`)
            .join(''),
        );
        if (!existsSync(join(dir, 'data/meta.properties'))) {
          const format = ['format', `--cluster-id=${clusterId}`, `--config=${config}`]; // with "=": an id may begin with a dash
          await tool(java, ...logging, 'kafka.tools.StorageTool', ...format);
        }
        return [java, `-Xmx${kafkaHeap}`, '-XX:+UseSerialGC', ...logging, 'kafka.Kafka', config];
      },
      // A broker opens its port late, but the others of its cluster may follow later still.
      ready: async () => (await countKafkaBrokers(ports[name])) === brokers,
    };
  });
}

/** Asks a broker for its cluster's metadata (request 3, version 1, no topics) and answers how many brokers it knows. */
function countKafkaBrokers(port) {
  const request = Buffer.from('0000001200030001000000010004' + Buffer.from('wait').toString('hex') + '00000000', 'hex');
  return new Promise((done) => {
    let reply = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => done(0));
    socket.on('data', (chunk) => {
      reply = Buffer.concat([reply, chunk]);
      if (reply.length < 12) return;
      done(reply.readInt32BE(8)); // after length and correlation id
      socket.destroy();
    });
  });
}

export function elasticsearchNode(stack) {
  const { home, ports, elasticsearchHeap } = stack;
  const dir = join(home, 'elasticsearch');
  const port = ports.elasticsearch;
  const get = (path) =>
    fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5000) }).then(
      (response) => response.ok,
      () => false,
    );
  return {
    name: 'elasticsearch',
    dir,
    ports: [port],
    kind: 'elasticsearch',
    async command({ java, jars, launcher }) {
      return [
        java,
        `-Xmx${elasticsearchHeap}`,
        // What the product's own launcher passes too: SIMD for vector search, and the native calls behind it.
        '--add-modules=jdk.incubator.vector',
        '--enable-native-access=ALL-UNNAMED',
        `-Dlog4j2.configurationFile=${join(base, 'log4j2.properties')}`,
        '-cp',
        [join(launcher, 'classes'), jars].join(delimiter),
        'dev.shopkeeper.stack.LocalElasticsearch',
        launcher,
        join(dir, 'data'),
        String(port),
      ];
    },
    ready: async () => (await get('/')) && (await get('/_cluster/health?wait_for_status=yellow&timeout=3s')),
  };
}
