"""Logistic regression with a ridge penalty, for the few weights of a calibration."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]


def fit_logistic(
    inputs: NDArray[np.float64],
    right: NDArray[np.bool_],
    penalty: NDArray[np.float64],
    log_odds: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The weights (F,) under which what was right is likeliest.

    Args:
        inputs: (N, F) features.
        right: (N,) whether each was right.
        penalty: (F,) of each weight, the inverse variance of its prior.
        log_odds: (N,) what is added to the weighted sum of the features, known beforehand.
    """
    signs = np.where(right, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (log_odds + inputs @ weights)
        slopes = -signs / (1 + np.exp(np.clip(margins, -30, 30)))
        value = np.logaddexp(0, -margins).sum() + 0.5 * (penalty * weights**2).sum()
        return float(value), inputs.T @ slopes + penalty * weights

    fitted = minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(fitted.x, np.float64)
