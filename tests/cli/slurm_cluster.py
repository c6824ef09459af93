"""A cluster of two nodes on this machine for tests: munged, slurmctld and two slurmd, all of their files in one folder."""
import getpass
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo")
# Where Debian has the daemons, which PATH of a user lacks.
os.environ["PATH"] += ":/usr/sbin:/sbin"

CONFIGURATION = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
KillWait=5
MinJobAge=300
MaxArraySize={largest_array}
ReturnToService=2
AccountingStorageType=accounting_storage/none
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


def missing_programs():
    return [name for name in PROGRAMS if shutil.which(name) is None]


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait_until(is_so, seconds, what):
    """Returns the seconds it took; more than asked for is an error that says what was waited for."""
    begin = time.monotonic()
    while not is_so():
        if time.monotonic() - begin > seconds:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - begin


class Cluster:
    """Started and stopped by `with`."""

    def __init__(self, folder, largest_array=1001):
        self.folder = pathlib.Path(folder)
        self.largest_array = largest_array
        self.daemons = {}
        self.start_seconds = self.stop_seconds = None

    def __enter__(self):
        begin = time.monotonic()
        try:
            self.start()
        except Exception:
            self.stop()
            raise
        self.start_seconds = time.monotonic() - begin
        return self

    def __exit__(self, *_):
        begin = time.monotonic()
        self.stop()
        self.stop_seconds = time.monotonic() - begin

    def start(self):
        self.folder.mkdir(mode=0o700)
        for name in ("state", "spool-n1", "spool-n2"):
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        configuration = self.folder / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(host=socket.gethostname(), user=getpass.getuser(), folder=self.folder,
                                                      ports=free_ports(3), largest_array=self.largest_array), encoding="utf-8")
        os.environ["SLURM_CONF"] = str(configuration)
        munge = ["munged", "--force", f"--key-file={key}", f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munge.pid",
                 f"--log-file={self.folder}/munge.log", f"--seed-file={self.folder}/munge.seed"]
        subprocess.run(munge, check=True, capture_output=True, timeout=60)
        self.start_daemon("slurmctld", ["slurmctld", "-D", "-f", str(configuration)])
        for node in ("n1", "n2"):
            self.start_node(node)
        wait_until(lambda: self.node_states() == ["idle", "idle"], 60, "both nodes are idle")

    def start_node(self, node):
        self.start_daemon(node, ["slurmd", "-D", "-N", node, "-f", os.environ["SLURM_CONF"]])

    def start_daemon(self, name, words):
        with open(self.folder / f"{name}.said", "ab") as said:
            self.daemons[name] = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=self.folder)

    def kill_node(self, node):
        """The daemon alone, as when a machine is lost; what it has started lives on here."""
        self.daemons[node].kill()
        self.daemons[node].wait()

    def stop(self):
        self.end_left_jobs()
        for name in [name for name in self.daemons if name != "slurmctld"] + ["slurmctld"]:
            daemon = self.daemons.get(name)
            if daemon is not None and daemon.poll() is None:
                daemon.terminate()
        for daemon in self.daemons.values():
            try:
                daemon.wait(timeout=30)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        pid = self.folder / "munge.pid"
        if pid.exists():
            os.kill(int(pid.read_text(encoding="utf-8")), signal.SIGTERM)
            wait_until(lambda: not pid.exists(), 30, "munged has ended")

    def end_left_jobs(self):
        """What slurmd started knows this cluster by its configuration."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        own = {os.getpid()} | {daemon.pid for daemon in self.daemons.values()}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) in own:
                continue
            try:
                is_its = mark in (entry / "environ").read_bytes().split(b"\0")
                is_job = is_its and any(word in (entry / "cmdline").read_bytes() for word in (b"slurmstepd", b"--element", b"--progress-fd"))
                if is_job:
                    os.kill(int(entry.name), signal.SIGKILL)
            except (OSError, ValueError):
                continue

    @staticmethod
    def call(*words):
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout

    def node_states(self):
        done = subprocess.run(["sinfo", "-h", "-N", "-o", "%t"], capture_output=True, text=True, check=False, timeout=60)
        return done.stdout.split()

    def elements(self, job):
        """By index: state, reason and node."""
        found = {}
        for line in self.call("squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%K|%T|%r|%N").splitlines():
            index, state, reason, node = line.split("|")
            found[int(index)] = (state, reason, node)
        return found

    def logs(self):
        return "\n".join(f"--- {path.name}\n{path.read_text(encoding='utf-8', errors='replace')[-3000:]}"
                         for path in sorted(self.folder.glob("*.log")))
