import { describe, expect, it } from 'vitest';
import { openTestServers } from './test-servers.mjs';

describe('openTestServers', () => {
  const open = (env: Record<string, string>) => {
    const lines: string[] = [];
    return openTestServers({ env, log: (line) => lines.push(line) }).then(({ kafka, elasticsearch }) => ({
      kafka,
      elasticsearch,
      lines,
    }));
  };

  it('takes the URLs it is given', async () => {
    const { kafka, elasticsearch } = await open({
      TEST_KAFKA_URL: 'kafka://a:9092,b:9092',
      TEST_ELASTICSEARCH_URL: 'http://es:9200',
      CI: 'true',
    });
    expect(kafka).toEqual({ url: 'kafka://a:9092,b:9092', from: 'TEST_KAFKA_URL' });
    expect(elasticsearch).toEqual({ url: 'http://es:9200', from: 'TEST_ELASTICSEARCH_URL' });
  });

  it('says visibly what is skipped and why', async () => {
    const { kafka, lines } = await open({ TEST_KAFKA_URL: 'none', TEST_ELASTICSEARCH_URL: 'http://es:9200' });
    expect(kafka.url).toBeUndefined();
    expect(lines).toContainEqual(expect.stringContaining('kafka SKIPPED: TEST_KAFKA_URL=none'));
  });

  it('makes a skip a failure in CI', async () => {
    await expect(
      open({ TEST_KAFKA_URL: 'none', TEST_ELASTICSEARCH_URL: 'http://es:9200', CI: 'true' }),
    ).rejects.toThrow('CI must not skip the tests against kafka');
  });

  it('refuses a URL that no adapter would understand', async () => {
    await expect(open({ TEST_KAFKA_URL: 'localhost:9092' })).rejects.toThrow('should look like kafka://');
  });
});
