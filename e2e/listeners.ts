import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { until } from './processes.ts';
import { pythonEnvironment } from './python-environment.ts';

/** Places where events arrive, as they are outside of us. */
export interface Listener {
  readonly port: number;
  /** Everything that arrived so far. */
  text(): string;
  stop(): Promise<void>;
}

async function listening(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const open = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${said()}`);
      return open();
    },
    { within: 60_000, what: () => `port ${port}: ${said()}` },
  );
}

async function daemon(command: readonly string[], port: number, file: string): Promise<Listener> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await listening(port, child, () => output);
  return {
    port,
    text() {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return '';
      }
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Debian's mail server, with a configuration of its own: every mail ends in one file. It changes its user, so it needs root. */
export async function startSmtp(folder: string): Promise<Listener> {
  const port = await freePort();
  const own = path.join(folder, 'smtp');
  for (const name of ['', 'spool', 'mail']) {
    mkdirSync(path.join(own, name), { recursive: true });
    chmodSync(path.join(own, name), 0o777);
  }
  const config = path.join(own, 'exim.conf');
  const lines = [
    `spool_directory = ${own}/spool\nlog_file_path = ${own}/spool/%slog\npid_file_path = ${own}/spool/pid\nprimary_hostname = mail.example`,
    `daemon_smtp_ports = ${port}\nlocal_interfaces = 127.0.0.1\ntls_advertise_hosts =\nacl_smtp_rcpt = everybody\nkeep_environment =`,
    'begin acl\neverybody:\n  accept',
    'begin routers\nall:\n  driver = accept\n  transport = store',
    `begin transports\nstore:\n  driver = appendfile\n  file = ${own}/mail/inbox\n  mode = 0666\n  user = Debian-exim\n  group = Debian-exim`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const root = process.getuid?.() === 0;
  return daemon([...(root ? [] : ['sudo', '-n']), '/usr/sbin/exim4', '-C', config, '-bdf'], port, `${own}/mail/inbox`);
}

/** Debian's syslog daemon on a port of its own, over UDP and TCP. */
export async function startSyslog(folder: string): Promise<Listener> {
  const port = await freePort();
  const own = path.join(folder, 'syslog');
  mkdirSync(own);
  const config = path.join(own, 'rsyslog.conf');
  writeFileSync(
    config,
    `module(load="imtcp")\nmodule(load="imudp")\nglobal(workDirectory="${own}")
template(name="line" type="string" string="%pri% %app-name% %msgid% %structured-data% %msg%\\n")
input(type="imtcp" address="127.0.0.1" port="${port}")\ninput(type="imudp" address="127.0.0.1" port="${port}")
action(type="omfile" file="${own}/lines" template="line")\n`,
  );
  return daemon(['/usr/sbin/rsyslogd', '-n', '-C', '-f', config, '-i', `${own}/pid`], port, `${own}/lines`);
}

/** moto: what AWS answers, written by others. Undefined when it cannot be installed. */
export function motoPrograms(): { readonly server: string; readonly python: string } | undefined {
  const programs = pythonEnvironment(['moto[server,events,kms,s3]']);
  return programs === undefined ? undefined : { server: path.join(programs, 'moto_server'), python: path.join(programs, 'python3') };
}

export async function startMoto(server: string): Promise<Listener> {
  const port = await freePort();
  return daemon([server, '-H', '127.0.0.1', '-p', String(port)], port, '/dev/null');
}

export interface HttpListener extends Listener {
  readonly requests: readonly { readonly path: string; readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[];
  /** Status of the next answers. */
  answer: number;
}

export async function startHttp(): Promise<HttpListener> {
  const requests: { path: string; headers: Readonly<Record<string, unknown>>; body: string }[] = [];
  const listener = { answer: 200 };
  const server = createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      if (listener.answer < 300) requests.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(listener.answer, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(listener, {
    port: (server.address() as AddressInfo).port,
    requests,
    text: () => requests.map(({ body }) => body).join('\n'),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
