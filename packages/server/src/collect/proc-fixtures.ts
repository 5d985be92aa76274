/** Texts as Linux writes them, for tests: a host of two cores and 8 GB with a mapped root disk and one container. */
export const PROC = {
  stat: `cpu  6840 12 5310 198874 152 3 252 40 7 1
cpu0 3395 6 2580 99601 21 1 122 20 3 1
cpu1 3445 6 2730 99273 131 2 130 20 4 0
intr 352449 0 9
ctxt 1234567
btime 1790000000
processes 6254
procs_running 1
procs_blocked 0
softirq 81234 1 2 3
`,
  meminfo: `MemTotal:        8000000 kB
MemFree:         1000000 kB
MemAvailable:    6000000 kB
Buffers:          100000 kB
Cached:          4700000 kB
SwapCached:            0 kB
Active(file):     352876 kB
HugePages_Total:       0
Hugepagesize:       2048 kB
`,
  loadavg: '0.44 0.39 0.19 1/99 6254\n',
  'self/mounts': `proc /proc proc rw,relatime 0 0
tmpfs /dev/shm tmpfs rw,relatime,size=24683620k 0 0
/dev/mapper/vg0-root / ext4 rw,relatime,errors=remount-ro 0 0
/dev/mapper/vg0-root /var/lib/docker/bind ext4 rw,relatime 0 0
/dev/sdb1 /mnt/very\\040long\\040name xfs rw,noatime 0 0
/dev/sdb1 /srv xfs rw,noatime 0 0
/dev/loop3 /snap/core/1 squashfs ro,nodev,relatime 0 0
/dev/sr0 /media/cd iso9660 ro 0 0
filer:/export /home nfs4 rw,vers=4.2 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw 0 0
`,
  diskstats: `   7       3 loop3 12 0 100 1 0 0 0 0 0 1 1 0 0 0 0 0 0
   8      16 sdb 91120 11650 5147562 27418 26473 23419 4230280 14064 0 13880 44657 9067 27 317808 1655 4164 1518
   8      17 sdb1 91000 11650 5147000 27418 26473 23419 4230000 14064 0 13880 44657
 253       0 dm-0 10 0 80 1 20 0 160 1 0 1 2 0 0 0 0 0 0
`,
  'net/dev': `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0:322908876    9851    0    0    0     0          0         0   607505    5821    0    0    0     0       0          0
eth0:1:      10       1    0    0    0     0          0         0       20       1    0    0    0     0       0          0
vethab12:  5000      50    0    0    0     0          0         0     6000      60    0    0    0     0       0          0
`,
  'net/snmp': `Ip: Forwarding DefaultTTL InReceives
Ip: 1 64 2222
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs
Tcp: 1 200 120000 -1 89 2 0 0 17 13771 7848
`,
  'net/sockstat': `sockets: used 17
TCP: inuse 1 orphan 0 tw 5 alloc 1 mem 138
UDP: inuse 0 mem 0
`,
} as const;
