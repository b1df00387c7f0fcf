"""Why a function lost points."""
