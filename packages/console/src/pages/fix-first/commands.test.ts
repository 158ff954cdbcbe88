import { describe, expect, it } from 'vitest';
import { fromLine, rebuildCommand, upgradeCommand } from './commands.ts';

const pkg = (type: string, name: string, fixedInVersion: string) => ({ type, name, namespace: type, fixedInVersion });

describe('what to run next', () => {
  it.each([
    ['npm', 'lodash', '4.17.21', 'npm install lodash@4.17.21'],
    ['pypi', 'django', '3.2.25', "pip install --upgrade 'django>=3.2.25'"],
    ['golang', 'golang.org/x/net', '0.56.0', 'go get golang.org/x/net@v0.56.0'],
    ['golang', 'stdlib', '1.24.2', 'go get go@1.24.2'],
    ['maven', 'org.a:b', '2.25.4', 'mvn versions:use-dep-version -Dincludes=org.a:b -DdepVersion=2.25.4 -DforceVersion=true'],
    ['composer', 'a/b', '1.2', "composer require 'a/b:^1.2'"],
    ['cargo', 'time', '0.3.1', 'cargo update -p time --precise 0.3.1'],
  ])('of %s %s %s', (type, name, version, command) => {
    expect(upgradeCommand(pkg(type, name, version), ['other'])).toBe(command);
  });

  it('names the installed packages where the operating system has its own names', () => {
    expect(upgradeCommand(pkg('deb', 'glibc', '2.36-9+deb12u3'), ['libc6', 'libc-bin', 'libc6'])).toBe(
      'apt-get update && apt-get install --only-upgrade -y libc6 libc-bin',
    );
    expect(upgradeCommand(pkg('deb', 'glibc', '2.36-9+deb12u3'), [])).toBeUndefined();
  });

  it('of names that strangers chose makes words, never options or other commands', () => {
    expect(upgradeCommand(pkg('npm', 'a; rm -rf ~', '1'), [])).toBe("npm install 'a; rm -rf ~@1'");
    expect(upgradeCommand(pkg('npm', "its'$(x)", '1'), [])).toBe("npm install 'its'\\''$(x)@1'");
    expect(upgradeCommand(pkg('deb', 'x', '1'), ['--allow-downgrades'])).toBeUndefined();
    expect(upgradeCommand(pkg('npm', 'x', '-rf'), [])).toBeUndefined();
    expect(rebuildCommand('r.example/$(x)')).toBe("docker build --pull -t 'r.example/$(x)' .");
    expect(rebuildCommand('--load/x')).toBeUndefined();
  });

  it('says nothing where nobody can', () => {
    expect(upgradeCommand({ name: 'a', namespace: 'npm', type: 'npm' }, [])).toBeUndefined();
    expect(upgradeCommand(pkg('nonsense', 'a', '1'), [])).toBeUndefined();
    expect(upgradeCommand(pkg('swift', 'a', '1'), [])).toBeUndefined();
    expect(rebuildCommand('arn:aws:ec2:us-east-1:1:instance/i-1')).toBeUndefined();
    expect(fromLine('r.example/base', undefined)).toBeUndefined();
  });

  it('names a newer base by its digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(fromLine('r.example/base', `arn:aws:ecr:us-east-1:1:repository/base/${digest}`)).toBe(`FROM r.example/base@${digest}`);
  });
});
