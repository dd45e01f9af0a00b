/** `down` fails readiness; `degraded` answers go on with something left out. */
export type HealthStatus = 'ok' | 'degraded' | 'down';

export interface HealthCheck {
  readonly status: HealthStatus;
  readonly detail?: string;
}

/** Every part of the process says here how it is. */
export class Health {
  private readonly checks = new Map<string, () => HealthCheck | Promise<HealthCheck>>();

  register(name: string, check: () => HealthCheck | Promise<HealthCheck>): void {
    this.checks.set(name, check);
  }

  /** A check that fails or takes longer than a second counts as down. */
  async report(): Promise<{ readonly status: HealthStatus; readonly checks: Record<string, HealthCheck> }> {
    const entries = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await settle(check)] as const),
    );
    const worst = (status: HealthStatus) => entries.some(([, result]) => result.status === status);
    return {
      status: worst('down') ? 'down' : worst('degraded') ? 'degraded' : 'ok',
      checks: Object.fromEntries(entries),
    };
  }
}

async function settle(check: () => HealthCheck | Promise<HealthCheck>): Promise<HealthCheck> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthCheck>((resolve) => {
    timer = setTimeout(resolve, 1000, { status: 'down', detail: 'no answer within 1 s' });
  });
  try {
    return await Promise.race([Promise.resolve().then(check), late]);
  } catch (error) {
    return { status: 'down', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
