import { type ChildProcess, spawn } from 'node:child_process';

/**
 * A shell that waits for the end of a pipe we hold. When we die, however we die, the kernel closes the pipe and the shell stops
 * PostgreSQL (fast, after 5 s at once) and removes the socket folder; PostgreSQL itself would go on without us.
 * A line on the pipe means "not needed any more". It leaves our process group, so that Ctrl-C and a kill of the group miss it.
 */
const SCRIPT = `
if read -r line; then exit 0; fi
kill -INT "$1" 2>/dev/null
n=0
while kill -0 "$1" 2>/dev/null; do
  n=$((n + 1))
  if [ "$n" -eq 50 ]; then kill -QUIT "$1" 2>/dev/null; fi
  if [ "$n" -gt 80 ]; then kill -KILL "$1" 2>/dev/null; fi
  sleep 0.1
done
shift
rm -rf -- "$@"
`;

export interface Watchdog {
  /** Ends it without touching PostgreSQL. */
  dismiss(): void;
  readonly pid: number | undefined;
}

/** @param cleanup folders of ours to remove after a death; `replaced` is told when the watchdog itself was killed and a new one stands. */
export function startWatchdog(postmaster: number, cleanup: readonly string[], onReplaced: () => void = () => {}): Watchdog {
  let dismissed = false;
  let child: ChildProcess;
  const launch = (): void => {
    child = spawn('/bin/sh', ['-c', SCRIPT, 'assay-postgres-watchdog', String(postmaster), ...cleanup], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    });
    child.unref();
    (child.stdin as unknown as { unref?: () => void }).unref?.();
    child.stdin?.on('error', () => {});
    child.on('error', () => {});
    child.on('exit', () => {
      if (dismissed) return;
      // A breath first: on a machine without memory it may die at once, again and again.
      setTimeout(() => {
        if (dismissed) return;
        launch();
        onReplaced();
      }, 50).unref();
    });
  };
  launch();
  return {
    dismiss() {
      dismissed = true;
      child.stdin?.end('done\n');
    },
    get pid() {
      return child.pid;
    },
  };
}
