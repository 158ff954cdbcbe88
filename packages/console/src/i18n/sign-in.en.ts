export const signInEn = {
  'signIn.title': 'Sign in',
  'signIn.working': 'Signing in',
  'signIn.ended': 'You are not signed in',
  'signIn.how': 'Run {command} on the machine where Assay runs, and open the link that it prints.',
  'signIn.command': 'npx assay sign-in',
  'signIn.used': 'This link was used already or has expired.',
  'signIn.signedOut': 'You signed out.',
  'signIn.provider': 'Sign in with your organization',
  'signIn.refused.unavailable': 'The identity provider does not answer. Try again, or ask who runs Assay.',
  'signIn.refused.refused': 'The identity provider did not confirm who you are. Try again.',
  'signIn.refused.expired': 'That took too long. Begin again.',
  'signIn.refused.group': 'None of your groups may use Assay. Ask who runs it to map one in ASSAY_OIDC_ROLES.',
} as const;
