/**
 * The contract of the node API as text (node-api §4.1, §4.2), to hold the .proto files against. It
 * was written from the contract's tables and not from those files.
 *
 * Types: `s` string, `u` uint64, `u32`, `i` int64, `i32`, `d` double, `b` bool, `y` bytes, `T`
 * Timestamp; `[]` behind a repeated one; else the name of a message or an enum.
 */
export const CONTRACT_MESSAGES = `
common.Metadata: 1 hostname s, 2 error s, 3 status google.rpc.Status
common.Data: 1 metadata common.Metadata, 2 bytes y
common.DataResponse: 1 messages common.Data[]
common.Empty: 1 metadata common.Metadata
common.EmptyResponse: 1 messages common.Empty[]
common.Error: 1 code common.Code, 2 message s, 3 details google.protobuf.Any[]
google.rpc.Status: 1 code i32, 2 message s, 3 details google.protobuf.Any[]

machine.Version: 1 metadata common.Metadata, 2 version machine.VersionInfo, 3 platform machine.PlatformInfo, 4 features machine.FeaturesInfo
machine.VersionInfo: 1 tag s, 2 sha s, 3 built s, 4 go_version s, 5 os s, 6 arch s
machine.PlatformInfo: 1 name s, 2 mode s
machine.FeaturesInfo: 1 rbac b
machine.Hostname: 1 metadata common.Metadata, 2 hostname s
machine.LoadAvg: 1 metadata common.Metadata, 2 load1 d, 3 load5 d, 4 load15 d
machine.Memory: 1 metadata common.Metadata, 2 meminfo machine.MemInfo
machine.MemInfo: 1 memtotal u, 2 memfree u, 3 memavailable u, 4 buffers u, 5 cached u, 6 swapcached u, 7 active u, 8 inactive u, 9 activeanon u, 10 inactiveanon u, 11 activefile u, 12 inactivefile u, 13 unevictable u, 14 mlocked u, 15 swaptotal u, 16 swapfree u, 17 dirty u, 18 writeback u, 19 anonpages u, 20 mapped u, 21 shmem u, 22 slab u, 23 sreclaimable u, 24 sunreclaim u, 25 kernelstack u, 26 pagetables u, 27 nfsunstable u, 28 bounce u, 29 writebacktmp u, 30 commitlimit u, 31 committedas u, 32 vmalloctotal u, 33 vmallocused u, 34 vmallocchunk u, 35 hardwarecorrupted u, 36 anonhugepages u, 37 shmemhugepages u, 38 shmempmdmapped u, 39 cmatotal u, 40 cmafree u, 41 hugepagestotal u, 42 hugepagesfree u, 43 hugepagesrsvd u, 44 hugepagessurp u, 45 hugepagesize u, 46 directmap4k u, 47 directmap2m u, 48 directmap1g u
machine.CPUsInfo: 1 metadata common.Metadata, 2 cpu_info machine.CPUInfo[]
machine.CPUInfo: 1 processor u32, 2 vendor_id s, 3 cpu_family s, 4 model s, 5 model_name s, 6 stepping s, 7 microcode s, 8 cpu_mhz d, 9 cache_size s, 10 physical_id s, 11 siblings u32, 12 core_id s, 13 cpu_cores u32, 14 apic_id s, 15 initial_apic_id s, 16 fpu s, 17 fpu_exception s, 18 cpu_id_level u32, 19 wp s, 20 flags s[], 21 bugs s[], 22 bogo_mips d, 23 cl_flush_size u32, 24 cache_alignment u32, 25 address_sizes s, 26 power_management s
machine.CPUsFreqStats: 1 metadata common.Metadata, 2 cpu_freq_stats machine.CPUFreqStats[]
machine.CPUFreqStats: 1 current u, 2 minimum u, 3 maximum u, 4 governor s
machine.SystemStat: 1 metadata common.Metadata, 2 boot_time u, 3 cpu_total machine.CPUStat, 4 cpu machine.CPUStat[], 5 irq_total u, 6 irq u[], 7 context_switches u, 8 process_created u, 9 process_running u, 10 process_blocked u, 11 soft_irq_total u, 12 soft_irq machine.SoftIRQStat
machine.CPUStat: 1 user d, 2 nice d, 3 system d, 4 idle d, 5 iowait d, 6 irq d, 7 soft_irq d, 8 steal d, 9 guest d, 10 guest_nice d
machine.SoftIRQStat: 1 hi u, 2 timer u, 3 net_tx u, 4 net_rx u, 5 block u, 6 block_io_poll u, 7 tasklet u, 8 sched u, 9 hrtimer u, 10 rcu u
machine.DiskStats: 1 metadata common.Metadata, 2 total machine.DiskStat, 3 devices machine.DiskStat[]
machine.DiskStat: 1 name s, 2 read_completed u, 3 read_merged u, 4 read_sectors u, 5 read_time_ms u, 6 write_completed u, 7 write_merged u, 8 write_sectors u, 9 write_time_ms u, 10 io_in_progress u, 11 io_time_ms u, 12 io_time_weighted_ms u, 13 discard_completed u, 14 discard_merged u, 15 discard_sectors u, 16 discard_time_ms u
machine.NetworkDeviceStats: 1 metadata common.Metadata, 2 total machine.NetDev, 3 devices machine.NetDev[]
machine.NetDev: 1 name s, 2 rx_bytes u, 3 rx_packets u, 4 rx_errors u, 5 rx_dropped u, 6 rx_fifo u, 7 rx_frame u, 8 rx_compressed u, 9 rx_multicast u, 10 tx_bytes u, 11 tx_packets u, 12 tx_errors u, 13 tx_dropped u, 14 tx_fifo u, 15 tx_collisions u, 16 tx_carrier u, 17 tx_compressed u
machine.Mounts: 1 metadata common.Metadata, 2 stats machine.MountStat[]
machine.MountStat: 1 filesystem s, 2 size u, 3 available u, 4 mounted_on s
machine.StatfsRequest: 1 path s
machine.StatfsResponse: 1 size u, 2 used u, 3 available u, 4 inodes u, 5 inodes_used u, 6 inodes_free u
machine.DiskUsageRequest: 1 recursion_depth i32, 2 all b, 3 threshold i, 4 paths s[]
machine.DiskUsageInfo: 1 metadata common.Metadata, 2 name s, 3 size i, 4 error s, 5 relative_name s
machine.ListRequest: 1 root s, 2 recurse b, 3 recursion_depth i32, 4 types machine.ListRequest.Type[], 5 report_xattrs b
machine.FileInfo: 1 metadata common.Metadata, 2 name s, 3 size i, 4 mode u32, 5 modified i, 6 is_dir b, 7 error s, 8 link s, 9 relative_name s, 10 uid u32, 11 gid u32, 12 xattrs machine.Xattr[]
machine.Xattr: 1 name s, 2 data y
machine.ReadRequest: 1 path s
machine.CopyRequest: 1 root_path s
machine.Process: 1 metadata common.Metadata, 2 processes machine.ProcessInfo[]
machine.ProcessInfo: 1 pid i32, 2 ppid i32, 3 state s, 4 threads i32, 5 cpu_time d, 6 virtual_memory u, 7 resident_memory u, 8 command s, 9 executable s, 10 args s, 11 label s
machine.NetstatRequest: 1 filter machine.NetstatRequest.Filter, 2 feature machine.NetstatRequest.Feature, 3 l4proto machine.NetstatRequest.L4proto, 4 netns machine.NetstatRequest.NetNS
machine.NetstatRequest.Feature: 1 pid b
machine.NetstatRequest.L4proto: 1 tcp b, 2 tcp6 b, 3 udp b, 4 udp6 b, 5 udplite b, 6 udplite6 b, 7 raw b, 8 raw6 b
machine.NetstatRequest.NetNS: 1 hostnetwork b, 2 netns s[], 3 allnetns b
machine.Netstat: 1 metadata common.Metadata, 2 connectrecord machine.ConnectRecord[]
machine.ConnectRecord: 1 l4proto s, 2 localip s, 3 localport u32, 4 remoteip s, 5 remoteport u32, 6 state machine.ConnectRecord.State, 7 txqueue u, 8 rxqueue u, 9 tr machine.ConnectRecord.TimerActive, 10 timerwhen u, 11 retrnsmt u, 12 uid u32, 13 timeout u, 14 inode u, 15 ref u, 16 pointer u, 17 process machine.ConnectRecord.Process, 18 netns s
machine.ConnectRecord.Process: 1 pid u32, 2 name s
machine.DmesgRequest: 1 follow b, 2 tail b
machine.LogsRequest: 1 namespace s, 2 id s, 3 driver common.ContainerDriver, 4 follow b, 5 tail_lines i32
machine.LogsContainer: 1 metadata common.Metadata, 2 ids s[]
machine.EventsRequest: 1 tail_events i32, 2 tail_id s, 3 tail_seconds i32, 4 with_actor_id s
machine.Event: 1 metadata common.Metadata, 2 data google.protobuf.Any, 3 id s, 4 actor_id s
machine.SequenceEvent: 1 sequence s, 2 action machine.SequenceEvent.Action, 3 error common.Error
machine.PhaseEvent: 1 name s, 2 action machine.PhaseEvent.Action
machine.TaskEvent: 1 name s, 2 action machine.TaskEvent.Action
machine.ServiceStateEvent: 1 service s, 2 action machine.ServiceStateEvent.Action, 3 message s, 4 health machine.ServiceHealth
machine.RestartEvent: 1 cmd i
machine.ConfigLoadErrorEvent: 1 error s
machine.ConfigValidationErrorEvent: 1 error s
machine.AddressEvent: 1 hostname s, 2 addresses s[]
machine.MachineStatusEvent: 1 stage machine.MachineStatusEvent.MachineStage, 2 status machine.MachineStatusEvent.MachineStatus
machine.MachineStatusEvent.MachineStatus: 1 ready b, 2 unmet machine.MachineStatusEvent.MachineStatus.UnmetCondition[]
machine.MachineStatusEvent.MachineStatus.UnmetCondition: 1 name s, 2 reason s
machine.ServiceList: 1 metadata common.Metadata, 2 services machine.ServiceInfo[]
machine.ServiceInfo: 1 id s, 2 state s, 3 events machine.ServiceEvents, 4 health machine.ServiceHealth
machine.ServiceEvents: 1 events machine.ServiceEvent[]
machine.ServiceEvent: 1 msg s, 2 state s, 3 ts T
machine.ServiceHealth: 1 unknown b, 2 healthy b, 3 last_message s, 4 last_change T
machine.ServiceStartRequest: 1 id s
machine.ServiceStart: 1 metadata common.Metadata, 2 resp s
machine.ServiceStopRequest: 1 id s
machine.ServiceStop: 1 metadata common.Metadata, 2 resp s
machine.ServiceRestartRequest: 1 id s
machine.ServiceRestart: 1 metadata common.Metadata, 2 resp s
machine.RebootRequest: 1 mode machine.RebootRequest.Mode
machine.Reboot: 1 metadata common.Metadata, 2 actor_id s
machine.ShutdownRequest: 1 force b
machine.Shutdown: 1 metadata common.Metadata, 2 actor_id s
machine.ContainersRequest: 1 namespace s, 2 driver common.ContainerDriver
machine.Container: 1 metadata common.Metadata, 2 containers machine.ContainerInfo[]
machine.ContainerInfo: 1 namespace s, 2 id s, 3 image s, 4 pid u32, 5 status s, 6 pod_id s, 7 name s, 8 network_namespace s, 9 internal_id s, 10 uid s
machine.StatsRequest: 1 namespace s, 2 driver common.ContainerDriver
machine.Stats: 1 metadata common.Metadata, 2 stats machine.Stat[]
machine.Stat: 1 namespace s, 2 id s, 4 memory_usage u, 5 cpu_usage u, 6 pod_id s, 7 name s
machine.RestartRequest: 1 namespace s, 2 id s, 3 driver common.ContainerDriver
machine.Restart: 1 metadata common.Metadata
machine.PacketCaptureRequest: 1 interface s, 2 promiscuous b, 3 snap_len u32, 4 bpf_filter machine.BPFInstruction[]
machine.BPFInstruction: 1 op u32, 2 jt u32, 3 jf u32, 4 k u32

time.TimeRequest: 1 server s
time.Time: 1 metadata common.Metadata, 2 server s, 3 localtime T, 4 remotetime T
storage.Disks: 1 metadata common.Metadata, 2 disks storage.Disk[]
storage.Disk: 1 size u, 2 model s, 3 device_name s, 4 name s, 5 serial s, 6 modalias s, 7 uuid s, 8 wwid s, 9 type storage.Disk.DiskType, 10 bus_path s, 11 system_disk b, 12 subsystem s, 13 readonly b
cluster.HealthCheckRequest: 1 wait_timeout google.protobuf.Duration, 2 cluster_info cluster.ClusterInfo
cluster.ClusterInfo: 1 control_plane_nodes s[], 2 worker_nodes s[], 3 force_endpoint s
cluster.HealthCheckProgress: 1 metadata common.Metadata, 2 message s
`;

export const CONTRACT_ENUMS = `
common.Code: FATAL 0, LOCKED 1, CANCELED 2
common.ContainerDriver: CONTAINERD 0, CRI 1
machine.NetstatRequest.Filter: ALL 0, CONNECTED 1, LISTENING 2
machine.ConnectRecord.State: RESERVED 0, ESTABLISHED 1, SYN_SENT 2, SYN_RECV 3, FIN_WAIT1 4, FIN_WAIT2 5, TIME_WAIT 6, CLOSE 7, CLOSEWAIT 8, LASTACK 9, LISTEN 10, CLOSING 11
machine.ConnectRecord.TimerActive: OFF 0, ON 1, KEEPALIVE 2, TIMEWAIT 3, PROBE 4
machine.ListRequest.Type: REGULAR 0, DIRECTORY 1, SYMLINK 2
machine.SequenceEvent.Action: NOOP 0, START 1, STOP 2
machine.PhaseEvent.Action: START 0, STOP 1
machine.TaskEvent.Action: START 0, STOP 1
machine.ServiceStateEvent.Action: INITIALIZED 0, PREPARING 1, WAITING 2, RUNNING 3, STOPPING 4, FINISHED 5, FAILED 6, SKIPPED 7, STARTING 8
machine.MachineStatusEvent.MachineStage: UNKNOWN 0, BOOTING 1, INSTALLING 2, MAINTENANCE 3, RUNNING 4, REBOOTING 5, SHUTTING_DOWN 6, RESETTING 7, UPGRADING 8
machine.RebootRequest.Mode: DEFAULT 0, POWERCYCLE 1, FORCE 2
storage.Disk.DiskType: UNKNOWN 0, SSD 1, HDD 2, NVME 3, SD 4, CD 5
`;

/** Methods: `>` behind a server stream, `<` behind a client stream, `=` behind both. */
export const CONTRACT_SERVICES = `
machine.MachineService: ApplyConfiguration Bootstrap Containers Copy> CPUFreqStats CPUInfo DiskStats DiskUsage> Dmesg> Events> EtcdAlarmDisarm EtcdAlarmList EtcdDefragment EtcdDowngradeCancel EtcdDowngradeEnable EtcdDowngradeValidate EtcdForfeitLeadership EtcdLeaveCluster EtcdMemberList EtcdRecover< EtcdRemoveMemberByID EtcdSnapshot> EtcdStatus GenerateClientConfiguration Hostname ImageList> ImagePull Kubeconfig> List> LoadAvg Logs> LogsContainers Memory MetaDelete MetaWrite Mounts Netstat NetworkDeviceStats PacketCapture> Processes Read> Reboot Reset Restart Rollback ServiceList ServiceRestart ServiceStart ServiceStop Shutdown Stats SystemStat Upgrade Version
time.TimeService: Time TimeCheck
storage.StorageService: Disks BlockDeviceWipe
cluster.ClusterService: HealthCheck>
inspect.InspectService: ControllerRuntimeDependencies
machine.StorageService: Statfs
machine.ImageService: List> Pull> Import< Remove Verify
machine.LifecycleService: Install> Upgrade>
machine.DebugService: ContainerRun=
machine.LVMService: LogicalVolumeRemove VolumeGroupRemove PhysicalVolumeRemove
machine.MDService: Destroy
`;

/** What served methods take and give: the answer is what a machine says, without the wrapper; `-` is google.protobuf.Empty. */
export const CONTRACT_SHAPES = `
machine.MachineService: Version - machine.Version, Hostname - machine.Hostname, LoadAvg - machine.LoadAvg, Memory - machine.Memory, CPUInfo - machine.CPUsInfo, CPUFreqStats - machine.CPUsFreqStats, SystemStat - machine.SystemStat, DiskStats - machine.DiskStats, NetworkDeviceStats - machine.NetworkDeviceStats, Mounts - machine.Mounts, DiskUsage machine.DiskUsageRequest machine.DiskUsageInfo, List machine.ListRequest machine.FileInfo, Read machine.ReadRequest common.Data, Copy machine.CopyRequest common.Data, Processes - machine.Process, Netstat machine.NetstatRequest machine.Netstat, Dmesg machine.DmesgRequest common.Data, Logs machine.LogsRequest common.Data, LogsContainers - machine.LogsContainer, Events machine.EventsRequest machine.Event, ServiceList - machine.ServiceList, ServiceStart machine.ServiceStartRequest machine.ServiceStart, ServiceStop machine.ServiceStopRequest machine.ServiceStop, ServiceRestart machine.ServiceRestartRequest machine.ServiceRestart, Reboot machine.RebootRequest machine.Reboot, Shutdown machine.ShutdownRequest machine.Shutdown, Containers machine.ContainersRequest machine.Container, Stats machine.StatsRequest machine.Stats, Restart machine.RestartRequest machine.Restart, PacketCapture machine.PacketCaptureRequest common.Data, EtcdSnapshot machine.EtcdSnapshotRequest common.Data, Kubeconfig - common.Data
time.TimeService: Time - time.Time, TimeCheck time.TimeRequest time.Time
storage.StorageService: Disks - storage.Disks
cluster.ClusterService: HealthCheck cluster.HealthCheckRequest cluster.HealthCheckProgress
`;
