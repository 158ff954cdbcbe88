import account from '../models/assay/account.json' with { type: 'json' };
import audit from '../models/assay/audit.json' with { type: 'json' };
import cluster from '../models/assay/cluster.json' with { type: 'json' };
import collector from '../models/assay/collector.json' with { type: 'json' };
import common from '../models/assay/common.json' with { type: 'json' };
import credential from '../models/assay/credential.json' with { type: 'json' };
import criteria from '../models/assay/criteria.json' with { type: 'json' };
import due from '../models/assay/due.json' with { type: 'json' };
import eligibility from '../models/assay/eligibility.json' with { type: 'json' };
import exports from '../models/assay/export.json' with { type: 'json' };
import finding from '../models/assay/finding.json' with { type: 'json' };
import fixFirst from '../models/assay/fix-first.json' with { type: 'json' };
import history from '../models/assay/history.json' with { type: 'json' };
import key from '../models/assay/key.json' with { type: 'json' };
import registry from '../models/assay/registry.json' with { type: 'json' };
import repository from '../models/assay/repository.json' with { type: 'json' };
import resource from '../models/assay/resource.json' with { type: 'json' };
import scan from '../models/assay/scan.json' with { type: 'json' };
import service from '../models/assay/service.json' with { type: 'json' };
import signIn from '../models/assay/sign-in.json' with { type: 'json' };
import sink from '../models/assay/sink.json' with { type: 'json' };
import state from '../models/assay/state.json' with { type: 'json' };
import submission from '../models/assay/submission.json' with { type: 'json' };
import suppression from '../models/assay/suppression.json' with { type: 'json' };
import trend from '../models/assay/trend.json' with { type: 'json' };
import vex from '../models/assay/vex.json' with { type: 'json' };
import vulnerability from '../models/assay/vulnerability.json' with { type: 'json' };
import type { ServiceModel } from './model.ts';

/** One file a resource, as the operations lie in folders; `common` holds what several need. */
const PARTS = [
  suppression,
  history,
  criteria,
  account,
  audit,
  collector,
  cluster,
  common,
  credential,
  eligibility,
  exports,
  finding,
  fixFirst,
  key,
  registry,
  repository,
  resource,
  scan,
  service,
  signIn,
  sink,
  state,
  submission,
  trend,
  vex,
  vulnerability,
  due,
] as unknown as readonly Pick<ServiceModel, 'operations' | 'shapes'>[];

/** The model of our own service. Throws when two parts name the same thing. */
export function assayModel(): ServiceModel {
  return {
    service: 'assay',
    signingName: 'assay',
    apiVersion: '2026-11-21',
    protocol: 'rest-json',
    strict: true,
    source: 'hand-written',
    operations: merged(PARTS.map((part) => part.operations)),
    shapes: merged(PARTS.map((part) => part.shapes)),
  };
}

function merged<T>(parts: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  const all: Record<string, T> = {};
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (Object.hasOwn(all, name)) throw new Error(`two parts of the model of assay name ${name}`);
    all[name] = value;
  }
  return all;
}
