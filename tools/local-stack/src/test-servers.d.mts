export interface TestServer {
  /** Undefined: there is none, and tests that need it are to be skipped. */
  readonly url?: string;
  /** Where it comes from: the variable that gave the URL, `docker`, `local-stack`, or `none`. */
  readonly from: string;
  /** With `none`: why. */
  readonly why?: string;
}

export interface TestServers {
  /** `kafka://host:port[,host:port...]` */
  readonly kafka: TestServer;
  /** `http://host:port` */
  readonly elasticsearch: TestServer;
  /** Stops what this call started, unless another run still uses it. */
  close(): Promise<void>;
}

export interface TestServersOptions {
  /** `TEST_KAFKA_URL`, `TEST_ELASTICSEARCH_URL` (a URL, or `none` to go without), `CI`. Default `process.env`. */
  env?: Record<string, string | undefined>;
  /** Home of the local stack; default `.local-stack` at the root of the repository. */
  home?: string;
  /** Told where each server comes from, or why there is none. Default standard error. */
  log?: (line: string) => void;
}

/**
 * A real Kafka and a real Elasticsearch: each at the URL given, else in a container where a Docker engine answers, else from
 * the local stack where a JDK and Maven are there, else none. With `CI=true` none is an error.
 */
export function openTestServers(options?: TestServersOptions): Promise<TestServers>;
