import type { Sink } from './sink.ts';
import { email } from './sinks/email/email.ts';
import { eventbridge } from './sinks/eventbridge/eventbridge.ts';
import { githubIssues } from './sinks/github-issues/github-issues.ts';
import { jira } from './sinks/jira/jira.ts';
import { securityHub } from './sinks/security-hub/security-hub.ts';
import { servicenow } from './sinks/servicenow/servicenow.ts';
import { slack } from './sinks/slack/slack.ts';
import { syslog } from './sinks/syslog/syslog.ts';
import { teams } from './sinks/teams/teams.ts';
import { webhook } from './sinks/webhook/webhook.ts';

/** Every kind of place where events go. */
export const SINKS: readonly Sink[] = [webhook, eventbridge, securityHub, slack, teams, email, syslog, jira, servicenow, githubIssues];

export function sinkOf(id: string): Sink | undefined {
  return SINKS.find((sink) => sink.id === id);
}
