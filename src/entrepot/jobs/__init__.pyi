from .models import Job
from .service import JobStatistics, get_job, get_statistics, list_stuck_jobs
from .states import MOVES, STUCK_SECONDS
from .steps import advance, cancel, complete, fail, is_stuck, retry, start

__all__ = [
    "MOVES",
    "STUCK_SECONDS",
    "Job",
    "JobStatistics",
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
]
