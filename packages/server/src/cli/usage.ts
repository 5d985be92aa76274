/** What `cloudbell help` says before the options. */
export const USAGE = `Cloudbell watches metrics and delivers alerts.

  cloudbell [serve] [options]            starts everything; stops with Ctrl-C
  cloudbell demo [options]               the same in ./data-demo, with a rule that surely fires, and its callback shown
  cloudbell receive [--port 9099]        receives callbacks, verifies and prints them
  cloudbell rules export                 prints contacts, contact groups, rules and event rules as YAML
  cloudbell rules apply -f rules.yaml    makes them what the file says, showing a diff first
  cloudbell backup FILE                  copies what is stored, also while it is running
  cloudbell restore FILE                 puts a backup into a data folder
  cloudbell secrets                      shows the account's signing secret
  cloudbell version | help

Each option is a flag, an environment variable (CLOUDBELL_…) or a line of cloudbell.yaml, in that order of precedence.
`;

export const COMMAND_USAGE: Readonly<Record<string, string>> = {
  receive: `cloudbell receive [--port 9099] [--host 127.0.0.1] [--secret whsec_…] [--status 200] [--raw]

Receives callbacks at any path, checks both signatures and prints each. The secret may come from
CLOUDBELL_SIGNING_SECRET; without one, signatures are not checked.
  --status CODE   what it answers; 500 shows the retries
  --raw           prints the exact bytes of each body and nothing else
Exit code: 0 at Ctrl-C, 1 when the port is taken, 2 for wrong arguments.
`,
  rules: `cloudbell rules apply -f FILE [-f FILE …] [--prune] [--yes | --dry-run] [--server URL]
cloudbell rules export [--server URL]

The access key comes from CLOUDBELL_ACCESS_KEY_ID and CLOUDBELL_ACCESS_KEY_SECRET, the server from --server or
CLOUDBELL_SERVER (default http://127.0.0.1:8190). A file has some of these sections:

  contacts:
    ada:                         # the contact's name
      email: ada@example.com
      dingtalk:
        webhook: https://oapi.dingtalk.com/robot/send?access_token=\${DINGTALK_TOKEN}
        secret: \${DINGTALK_SECRET}
  contactGroups:
    ops: [ada]
  rules:
    web-memory:                  # the rule's id
      namespace: acs_ecs
      metricName: Host.mem.usedutilization
      period: 60
      escalations:
        warn: {statistics: Average, comparisonOperator: GreaterThanOrEqualToThreshold, threshold: 95, times: 3}
      webhook: http://127.0.0.1:9099/hook
      contactGroups: [ops]
  eventRules:
    reboots: {product: ECS, levels: [CRITICAL], contactGroups: [ops]}

\${NAME} is taken from the environment, and must be set there; $\${NAME} stands for itself. export masks the secrets of
robots: a masked one that comes back stands for the stored one. Two secrets are compared by what their masks show.

apply shows what would change and asks, changes only what differs, and never overwrites a change made meanwhile.
  -f FILE     may be given more than once; - is standard input
  --prune     deletes what is in no file, in the sections that the files have
  --yes       does not ask
  --dry-run   only shows
Exit code: 0 everything is as the files say; 1 it is not (a change failed or was declined; --dry-run: there are
differences); 2 wrong arguments or a wrong file.
`,
  backup: `cloudbell backup FILE [options]

Copies what is stored in the data folder (--data) into one new file, consistently, also while Cloudbell is running.
Exit code: 0 done, 1 failed, 2 wrong arguments.
`,
  restore: `cloudbell restore FILE [--force] [options]

Puts a backup into the data folder (--data), which must hold none yet. With --force the store that is there is
replaced, and its sample log set aside. Not while Cloudbell is running there.
Exit code: 0 done, 1 failed, 2 wrong arguments.
`,
  secrets: `cloudbell secrets [options]

Shows the signing secret that is stored in the data folder (--data): receivers verify callbacks with it.
Exit code: 0 shown, 1 nothing is stored there, 2 wrong arguments.
`,
};
