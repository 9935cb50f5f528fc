from .errors import JobStopped
from .models import Job
from .service import JobStatistics, get_job, get_statistics, list_stuck_jobs
from .spec import KINDS, QUEUES, Ending, Facts, JobKind, JobSeen, Queue, Wanted, Work
from .states import MOVES, STUCK_SECONDS
from .steps import advance, cancel, complete, fail, is_stuck, retry, start
from .submitting import submit_job

__all__ = [
    "KINDS",
    "MOVES",
    "QUEUES",
    "STUCK_SECONDS",
    "Ending",
    "Facts",
    "Job",
    "JobKind",
    "JobSeen",
    "JobStatistics",
    "JobStopped",
    "Queue",
    "Wanted",
    "Work",
    "advance",
    "cancel",
    "complete",
    "fail",
    "get_job",
    "get_statistics",
    "is_stuck",
    "list_stuck_jobs",
    "retry",
    "start",
    "submit_job",
]
