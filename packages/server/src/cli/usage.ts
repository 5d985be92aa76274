/** What `cloudbell help` says before the options. */
export const USAGE = `Cloudbell watches metrics and delivers alerts.

  cloudbell [serve] [options]            starts everything; stops with Ctrl-C
  cloudbell demo [options]               the same in ./data-demo, with a rule that surely fires, and its callback shown
  cloudbell receive [--port 9099]        receives callbacks, verifies and prints them
  cloudbell rules export                 prints contacts, groups, endpoint settings and rules as YAML
  cloudbell rules apply -f rules.yaml    makes them what the file says, showing a diff first
  cloudbell alerts list                  what fires, the worst first
  cloudbell silences list|add|end        holds notifications back for a time
  cloudbell deliveries list|show|replay  what was sent where, try by try; sends it again
  cloudbell contacts list|show|put|delete
                                         whom alerts are sent to
  cloudbell groups list|put|delete       contact groups, which rules name
  cloudbell endpoints list|settings|show|rotate|promote|delete
                                         how receivers are doing, and what single ones want otherwise
  cloudbell users list|put|password|delete
                                         who may sign in to the console, and as what
  cloudbell keys list|create|delete      access keys for programs
  cloudbell test-send callback|email|dingtalk|contact
                                         one message, to see whether it arrives and what is sent
  cloudbell backup FILE                  copies what is stored, also while it is running
  cloudbell restore FILE                 puts a backup into a data folder
  cloudbell secrets                      shows the account's signing secret
  cloudbell version | help

Each option is a flag, an environment variable (CLOUDBELL_…) or a line of cloudbell.yaml, in that order of precedence.
`;

const ASKING = '[--json] [--server URL]';
const ASKING_OPTIONS = `  --json              the API's own answer, for machines
  --server URL        default CLOUDBELL_SERVER, else http://127.0.0.1:8190; the access key comes from CLOUDBELL_ACCESS_KEY_ID
                      and CLOUDBELL_ACCESS_KEY_SECRET`;

export const COMMAND_USAGE: Readonly<Record<string, string>> = {
  receive: `cloudbell receive [--port 9099] [--host 127.0.0.1] [--secret whsec_…] [--status 200] [--raw]

Receives callbacks at any path, checks both signatures and prints each. The secret may come from
CLOUDBELL_SIGNING_SECRET; without one, signatures are not checked.
  --status CODE       what it answers; 500 shows the retries
  --raw               prints the exact bytes of each body and nothing else
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
  alerts: `cloudbell alerts list [--state ALERT|OK|INSUFFICIENT_DATA|any] [--rule ID] ${ASKING}

What fires now (--state ALERT), the worst first, and of these the newest.
${ASKING_OPTIONS}
Exit code: 0 listed, also when nothing fires; 1 the server refuses or does not answer; 2 wrong arguments.
`,
  silences: `cloudbell silences list [--all] ${ASKING}
cloudbell silences add --for 1h (--rule ID | --alert ID | --dimension NAME=VALUE …) [--why TEXT] ${ASKING}
cloudbell silences end ID ${ASKING}

A silence holds the notifications of some alerts back; when it ends, one brings each alert up to date.
  --all               those that are over, too
  --for LENGTH        30m, 2h, 1d
  --alert ID          one alert: cloudbell alerts list shows the ids
  -d NAME=VALUE       alerts whose dimensions have this pair, also those still to come; several must all be there
${ASKING_OPTIONS}
Exit code: 0 done, 1 the server refuses or does not answer, 2 wrong arguments.
`,
  deliveries: `cloudbell deliveries list [--status STATE] [--rule ID] [--endpoint URL] [--since 1h] [--limit 50] ${ASKING}
cloudbell deliveries show ID ${ASKING}
cloudbell deliveries replay ID [ID …] ${ASKING}

The newest first. show tells every try, what was answered, and the bytes that were sent. replay sends what is delivered,
exhausted or cancelled again, under the same id.
  --status STATE      pending, sending, delivered, exhausted (gave up) or cancelled
${ASKING_OPTIONS}
Exit code: 0 done; 1 the server refuses (of one id, for replay) or does not answer; 2 wrong arguments.
`,
  contacts: `cloudbell contacts list ${ASKING}
cloudbell contacts show NAME ${ASKING}
cloudbell contacts put NAME [--email ADDRESS | --no-email] [--dingtalk URL [--secret-env NAME] | --no-dingtalk] ${ASKING}
cloudbell contacts delete NAME [--yes] ${ASKING}

put makes a contact, or changes what is given and keeps the rest. Rules reach contacts through groups.
  --secret-env NAME   the environment variable that holds the robot's secret, SEC…
  --yes               does not ask
${ASKING_OPTIONS}
Exit code: 0 done; 1 the server refuses or does not answer, or the answer was no; 2 wrong arguments.
`,
  groups: `cloudbell groups list ${ASKING}
cloudbell groups put NAME CONTACT [CONTACT …] ${ASKING}
cloudbell groups delete NAME [--yes] ${ASKING}

put makes a contact group, or gives it these contacts and no others (--empty: none).
  --yes               does not ask
${ASKING_OPTIONS}
Exit code: 0 done; 1 the server refuses or does not answer, or the answer was no; 2 wrong arguments.
`,
  endpoints: `cloudbell endpoints list ${ASKING}
cloudbell endpoints settings ${ASKING}
cloudbell endpoints show NAME ${ASKING}
cloudbell endpoints rotate NAME [--grace 1d] [--secret-env NAME] ${ASKING}
cloudbell endpoints promote NAME ${ASKING}
cloudbell endpoints delete NAME [--yes] ${ASKING}

list tells how each endpoint is doing. The others are about endpoint settings, which rules.yaml holds under endpoints.
rotate makes a second signing secret live and shows it, once; promote has the new one sign the form before the grace is
over.
  --grace LENGTH      how long both are live
  --secret-env NAME   the environment variable that holds the new secret, whsec_…; else one is made
  --yes               does not ask
${ASKING_OPTIONS}
Exit code: 0 done; 1 the server refuses or does not answer, or the answer was no; 2 wrong arguments.
`,
  users: `cloudbell users list ${ASKING}
cloudbell users put NAME [--role viewer|editor|admin] [--password-env NAME] [--enable | --disable] ${ASKING}
cloudbell users password NAME [--password-env NAME] ${ASKING}
cloudbell users delete NAME [--yes] ${ASKING}

put makes a user, or changes what is given and keeps the rest. Without --password-env a new user, and whoever is given a
new password, gets one that is shown here, once. A new password or role, --disable and delete sign the user out.
  --role ROLE         a viewer reads, an editor changes, an admin says who may come in
  --password-env NAME the environment variable that holds the password
  --yes               does not ask
${ASKING_OPTIONS}; it must be an admin's
Exit code: 0 done; 1 the server refuses or does not answer, or the answer was no; 2 wrong arguments.
`,
  keys: `cloudbell keys list ${ASKING}
cloudbell keys create NAME --role viewer|editor|admin ${ASKING}
cloudbell keys delete ID [--yes] ${ASKING}

Programs come in with an access key. create shows its secret, once; NAME says what it is for.
  --role ROLE         a viewer reads, an editor sends samples and changes, an admin says who may come in
  --yes               does not ask
${ASKING_OPTIONS}; it must be an admin's
Exit code: 0 done; 1 the server refuses or does not answer, or the answer was no; 2 wrong arguments.
`,
  'test-send': `cloudbell test-send callback URL [--profile PROFILE] [--rule ID] ${ASKING}
cloudbell test-send email ADDRESS [--rule ID] ${ASKING}
cloudbell test-send dingtalk URL [--secret-env NAME] [--rule ID] ${ASKING}
cloudbell test-send contact NAME [--channel email|dingtalk] [--rule ID] ${ASKING}

Sends one message that is marked as a test, and tells what came of it, what to do, the exact bytes that were sent and
what was signed. It stands in no ledger and is not tried again.
  --profile PROFILE   classic, extended or json: the body of a callback
  --rule ID           a rule that the message is about
  --secret-env NAME   the environment variable that holds the robot's secret, SEC…
${ASKING_OPTIONS}
Exit code: 0 it arrived; 1 it did not, or the server refuses or does not answer; 2 wrong arguments.
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
