"""What optics, sensor, its software and JPEG do to a picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray

QUALITY = (25, 96)  # of JPEG


def camera(rng: np.random.Generator, light: NDArray[np.float32], blur_px: float, sharpen: bool) -> Gray:
    """Take a picture.

    Args:
        rng: The source of every choice.
        light: (H, W) float32 light in grey levels.
        blur_px: The optics' blur, as the deviation of a Gaussian, in pixels. Where it is wide, the picture is
            taken with fewer pixels and enlarged again, as that is how most blur comes about.
        sharpen: Whether the camera's software draws halos about edges.

    Returns:
        (H, W) uint8.
    """
    rows, columns = light.shape[:2]
    fewer = min(max(1.0, blur_px * rng.uniform(0.5, 1.3)), max(1.0, min(rows, columns) / 12))
    if fewer > 1.15:
        size = (max(4, round(columns / fewer)), max(4, round(rows / fewer)))
        light = opencv.resize(light, size)
        blur_px = blur_px / fewer * 0.8
    if blur_px > 0.3:
        light = opencv.gaussian_blur(light, blur_px)
    if sharpen:
        soft = opencv.gaussian_blur(light, rng.uniform(0.9, 2.2))
        light = light + np.float32(rng.uniform(0.2, 1.1)) * (light - soft)
    light = light + np.float32(4 * rng.random() ** 3) * rng.standard_normal(light.shape, np.float32)
    if rng.random() < 0.3:
        light = tone_curve(light, rng.uniform(0.75, 1.35))
    picture: Gray = np.clip(light, 0, 255).astype(np.uint8)
    if rng.random() < 0.85:
        picture = jpeg(picture, int(rng.integers(*QUALITY)))
    if picture.shape != (rows, columns):
        smooth = cv2.INTER_CUBIC if rng.random() < 0.6 else cv2.INTER_LINEAR
        return opencv.resize(picture, (columns, rows), smooth)
    return picture


def tone_curve(light: NDArray[np.float32], gamma: float) -> NDArray[np.float32]:
    """Bend the grey levels, (H, W) float32 in 0..255, by a power; black and white stay."""
    share: NDArray[np.float32] = np.power(np.clip(light, 0, 255) * np.float32(1 / 255), np.float32(gamma))
    return share * np.float32(255)


def jpeg(picture: Gray, quality: int) -> Gray:
    """The picture, (H, W) uint8, after JPEG at `quality` (1..100)."""
    _, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
