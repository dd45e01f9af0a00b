/** Images that tests run where a Docker engine answers; the same as in docker-compose.yml. */
export const KAFKA_IMAGE: string;
export const ELASTICSEARCH_IMAGE: string;

interface Container {
  readonly url: string;
  stop(): Promise<unknown>;
}
export function kafka(): Promise<Container>;
export function elasticsearch(): Promise<Container>;
